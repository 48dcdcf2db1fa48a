extension WorkbenchPage {
    /// One hop of a journey.
    static let hop = """
        <li class="hop {{tone}}" id="hop-{{number}}">
        <details{{#is_open}} open{{/is_open}}>
        <summary><span class="number">{{number}}</span><h3>{{title}}</h3><span class="clause">{{clause}}</span><span class="status">{{status}}</span><span class="time">{{milliseconds}} ms</span></summary>
        <div class="inside">
        <p class="why">{{why}}</p>
        {{#verdict}}
        <p class="verdict {{#is_good}}good{{/is_good}}{{^is_good}}bad{{/is_good}}"><b>{{#is_good}}As expected.{{/is_good}}{{^is_good}}Not as expected.{{/is_good}}</b> Expected: {{expected}}. Found: {{found}}.</p>
        {{/verdict}}
        <h4>Request <small>{{from}} → {{to}}</small></h4>
        <p class="line"><b>{{method}}</b> <code>{{url}}</code></p>
        {{#sent}}
        <details><summary>Headers</summary>
        {{> pairs}}
        </details>
        {{/sent}}
        {{#parameters}}
        <details open><summary>Parameters</summary>
        {{> pairs}}
        </details>
        {{/parameters}}
        {{#body}}
        <details{{^parameters}} open{{/parameters}}><summary>Body</summary><pre>{{.}}</pre></details>
        {{/body}}
        {{#answer}}
        <h4>Answer <small>{{to}} → {{from}}</small></h4>
        <p class="line"><b>{{status}}</b></p>
        {{#came}}
        <details><summary>Headers</summary>
        {{> pairs}}
        </details>
        {{/came}}
        {{#carried}}
        <details open><summary>Carried by the address in Location</summary>
        {{> pairs}}
        </details>
        {{/carried}}
        {{#text}}
        <details open><summary>Body</summary><pre>{{.}}</pre></details>
        {{/text}}
        {{/answer}}
        {{#tokens}}
        <details class="token"><summary><code>{{name}}</code> decoded <small class="{{#is_good}}good{{/is_good}}{{^is_good}}bad{{/is_good}}">{{signature}}</small></summary>
        <p class="label">Header</p><pre>{{header}}</pre>
        <p class="label">Payload</p><pre>{{claims}}</pre>
        {{#findings}}
        <p class="finding {{#holds}}good{{/holds}}{{^holds}}bad{{/holds}}"><code>{{rule}}</code> {{#holds}}holds{{/holds}}{{problem}}</p>
        {{/findings}}
        </details>
        {{/tokens}}
        <details><summary>Repeat it with curl</summary><pre>{{curl}}</pre></details>
        </div>
        </details>
        </li>

        """

    static let pairs = """
        <dl class="pairs">
        {{#pairs}}
        <dt>{{name}}</dt><dd>{{value}}</dd>
        {{/pairs}}
        </dl>

        """
}
