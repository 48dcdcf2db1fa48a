extension WorkbenchPage {
    /// The first page.
    static let choices = """
        {{> head}}
        <title>Try a redirect flow – Money Pilot</title>
        </head>
        <body>
        <header class="top"><a href="/">Money Pilot</a><span>a demo third party of {{issuer}}</span></header>
        <main>
        <h1>Try a redirect flow</h1>
        <p class="lead">A real client, which speaks only HTTP to the bank. Choose how it asks, go through the bank's pages,
        and see every hop, what rules it, and what happens when somebody cheats.</p>
        {{#has_problems}}
        <div class="note bad" role="alert" id="problem"><ul>
        {{#problems}}
        <li>{{.}}</li>
        {{/problems}}
        </ul></div>
        {{/has_problems}}
        <form method="post" action="/sandbox" class="choices">
        <fieldset class="panel">
        <legend>What it asks for</legend>
        {{#clusters}}
        <details{{#is_open}} open{{/is_open}}><summary>{{title}} <small>{{count}} of {{of}}</small></summary>
        <div class="boxes">
        {{#permissions}}
        <label class="box"><input type="checkbox" name="permission" value="{{code}}"{{#is_chosen}} checked{{/is_chosen}}> {{code}}</label>
        {{/permissions}}
        </div>
        </details>
        {{/clusters}}
        <div class="fields">
        <label>Ends on<input type="date" name="expires" id="expires" value="{{expires}}"></label>
        <label>Transactions from<input type="date" name="from" id="from" value="{{from}}"></label>
        <label>Transactions to<input type="date" name="to" id="to" value="{{to}}"></label>
        </div>
        <p class="hint">Empty is left out. The bank judges the rest, so try what it should refuse.</p>
        </fieldset>
        <fieldset class="panel">
        <legend>How the client shows who it is</legend>
        {{#methods}}
        <label class="choice"><input type="radio" name="auth" value="{{name}}"{{#is_chosen}} checked{{/is_chosen}}{{^is_offered}} disabled{{/is_offered}}>
        <span><b>{{name}}</b><small>{{about}}</small></span></label>
        {{/methods}}
        </fieldset>
        <fieldset class="panel">
        <legend>How the request travels</legend>
        <label class="choice"><input type="checkbox" name="par" id="par"{{#par}} checked{{/par}}>
        <span><b>Pushed (PAR)</b><small>RFC 9126: over the back channel, so that the browser carries a reference only.</small></span></label>
        <label class="choice"><input type="checkbox" name="request_object" id="request_object"{{#request_object}} checked{{/request_object}}>
        <span><b>Signed request object (JAR)</b><small>RFC 9101: every parameter under the client's signature.</small></span></label>
        <label class="choice"><input type="checkbox" name="dpop" id="dpop"{{#dpop}} checked{{/dpop}}>
        <span><b>DPoP</b><small>RFC 9449: code and tokens are bound to a key that is made for this journey.</small></span></label>
        </fieldset>
        <fieldset class="panel">
        <legend>How the answer travels</legend>
        <div class="fields">
        <label>Response type<select name="response_type" id="response_type">
        {{#types}}
        <option value="{{value}}"{{#is_chosen}} selected{{/is_chosen}}>{{title}}</option>
        {{/types}}
        </select></label>
        <label>Response mode<select name="response_mode" id="response_mode">
        {{#modes}}
        <option value="{{value}}"{{#is_chosen}} selected{{/is_chosen}}>{{title}}</option>
        {{/modes}}
        </select></label>
        <label>Language there<select name="ui_locales" id="ui_locales">
        {{#locales}}
        <option value="{{value}}"{{#is_chosen}} selected{{/is_chosen}}>{{title}}</option>
        {{/locales}}
        </select></label>
        </div>
        <p class="hint">Without scripts the way home for <code>code id_token</code> is <code>form_post</code>; a fragment never leaves
        the browser, so you will be asked to paste it. An ID token in a query is for the bank to refuse.</p>
        </fieldset>
        <div class="panel start">
        <label class="choice"><input type="checkbox" name="stop" id="stop"{{#stop}} checked{{/stop}}>
        <span><b>Stop at each step</b><small>Waits for you before the browser leaves, and holds the code, so that a wrong verifier, client or
        redirect URI can be tried before it is redeemed.</small></span></label>
        <button class="button" id="start">Start</button>
        <p class="hint">At the bank, log in as <b>bert</b> with the password <b>bert-sandbox</b>. Secrets, codes and tokens are shown in
        full on the next page, because this is a sandbox.</p>
        </div>
        </form>
        {{#has_earlier}}
        <section class="panel"><h2>Earlier journeys</h2><ul class="plain">
        {{#earlier}}
        <li><a href="{{path}}">{{began}}</a> {{method}}, {{count}} hops</li>
        {{/earlier}}
        </ul></section>
        {{/has_earlier}}
        </main>
        </body>
        </html>
        """
}
