extension WorkbenchPage {
    /// The page of one journey.
    static let flow = """
        {{> head}}
        <title>A journey, hop by hop – Money Pilot</title>
        </head>
        <body>
        <header class="top"><a href="/">Money Pilot</a><a href="/sandbox" id="again">Another journey</a></header>
        <main class="wide">
        <div class="beside">
        <h1>A journey, hop by hop</h1>
        <p class="note" id="open-secrets"><span><b>Nothing is hidden here.</b> Secrets, codes and tokens are shown in full, because this is a
        sandbox. A real client never shows them, and never logs them.</span></p>
        {{#failure}}
        <p class="note bad" id="failure">{{.}}</p>
        {{/failure}}
        <dl class="facts">
        <dt>client</dt><dd><code>{{client}}</code>, {{method}}</dd>
        {{#consent}}
        <dt>consent</dt><dd><code id="consent">{{.}}</code></dd>
        {{/consent}}
        <dt>now</dt><dd id="standing">{{standing}}</dd>
        <dt>expectations</dt><dd><span class="mark good" id="good">{{good}} met</span>{{#has_bad}} <span class="mark bad" id="bad">{{bad}} not met</span>{{/has_bad}}</dd>
        </dl>
        {{#fragment}}
        <form method="post" action="/sandbox/answer" class="panel"><h2>Bring the fragment back</h2>
        <p class="hint">The bank answers behind <code>#</code>, which a browser never sends. Copy the whole address from the address bar.</p>
        <label>Address<input name="url" id="url" autocomplete="off" required></label>
        <button class="button second" id="bring">Bring it back</button></form>
        {{/fragment}}
        <form method="post" action="{{path}}" class="steps">
        {{#stages}}
        <fieldset><legend>{{title}}</legend>
        {{#shared}}
        <small id="why-{{id}}">{{.}}</small>
        {{/shared}}
        {{#steps}}
        <p><button class="button second" name="step" value="{{name}}" id="{{name}}"{{^is_free}} disabled aria-describedby="why-{{reason}}"{{/is_free}}>{{title}}</button>
        {{#obstacle}}
        <small id="why-{{name}}">{{.}}</small>
        {{/obstacle}}
        </p>
        {{/steps}}
        </fieldset>
        {{/stages}}
        </form>
        <p class="links">
        {{#dashboard}}
        <a href="{{.}}" id="dashboard">Open the person's dashboard</a>
        {{/dashboard}}
        <a href="{{path}}/har" id="har">Save as HAR</a> <a href="{{path}}/markdown" id="markdown">Save as Markdown</a>
        <a href="{{path}}?open=all" id="open-all">Open every hop</a></p>
        </div>
        <section class="way" aria-labelledby="hops"><h2 id="hops">Every hop</h2>
        <ol class="timeline">
        {{#hops}}
        {{> hop}}
        {{/hops}}
        </ol></section>
        </main>
        </body>
        </html>
        """

    /// Where an answer behind `#` is brought back by hand.
    static let fragment = """
        {{> head}}
        <title>The answer is in the address bar – Money Pilot</title>
        </head>
        <body>
        <header class="top"><a href="/">Money Pilot</a><a href="/sandbox">Another journey</a></header>
        <main>
        <h1>The answer is in the address bar</h1>
        {{#problem}}
        <p class="note bad" role="alert" id="problem">{{.}}</p>
        {{/problem}}
        <p class="lead">The bank has put its answer behind <code>#</code>. A browser keeps that to itself: no server ever sees it, and this
        page has no script that could read it. A client with a page of its own would read it there; without one,
        <code>form_post</code> is the way.</p>
        <form method="post" action="/sandbox/answer" class="panel">
        <label>Copy the whole address of this page and paste it here<input name="url" id="url" autocomplete="off" required></label>
        <button class="button" id="bring">Bring it back</button>
        </form>
        </main>
        </body>
        </html>
        """

    static let problem = """
        {{> head}}
        <title>Not this way – Money Pilot</title>
        </head>
        <body>
        <header class="top"><a href="/">Money Pilot</a></header>
        <main>
        <h1>Not this way</h1>
        <p class="note bad" id="problem">{{message}}</p>
        <p><a href="/sandbox">Begin a journey</a></p>
        </main>
        </body>
        </html>
        """

    static let head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <link rel="icon" href="data:,">
        <style>
        {{> style}}
        </style>

        """
}
