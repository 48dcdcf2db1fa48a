extension WorkbenchPage {
    /// The one style block; its digest stands in the content policy, so no value is put into it.
    static let style = """
        :root {
          color-scheme: light dark;
          --page: #f4f4fa; --card: #fff; --ink: #1b1b2e; --quiet: #55556b; --line: #dcdce8; --edge: #77778f;
          --accent: #4338a0; --on-accent: #fff; --tint: #ececf9; --good: #12663c; --good-tint: #e6f4ec;
          --bad: #9b1c1c; --bad-tint: #fcecea;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #101018; --card: #1a1a26; --ink: #ededf6; --quiet: #b6b6c8; --line: #343447; --edge: #8d8da6;
            --accent: #b6b0ff; --on-accent: #17143c; --tint: #25243b; --good: #83d8a9; --good-tint: #14301f;
            --bad: #ffb1a8; --bad-tint: #3b1a18;
          }
        }
        @media (prefers-contrast: more) { :root { --quiet: var(--ink); --line: var(--ink); --edge: var(--ink); } }
        *, *::before, *::after { box-sizing: border-box; }
        html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; scroll-padding-block-start: 1rem; -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--ink); overflow-wrap: anywhere; }
        h1, h2, h3, h4, p, ul, ol, dl, dd, fieldset, legend, pre { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
        h1 { font-size: clamp(1.5rem, 1.2rem + 1.6vw, 2rem); line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; }
        h2, legend { font-size: 1.1rem; font-weight: 650; line-height: 1.3; }
        h3 { font-size: 1rem; font-weight: 650; }
        h4 { font-size: .95rem; font-weight: 650; margin-block-start: 1.1rem; }
        h4 small, small { color: var(--quiet); font-size: .875rem; font-weight: 400; }
        a { color: var(--accent); text-underline-offset: .18em; }
        code, pre, .pairs { font: .85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }
        .top { display: flex; flex-wrap: wrap; gap: .3rem 1rem; justify-content: space-between; padding: 1rem 1.25rem; color: var(--quiet); font-size: .9rem; }
        .top a:first-child { font-weight: 650; }
        main { max-inline-size: 62rem; margin-inline: auto; padding: .5rem 1.25rem 4rem; display: grid; gap: 1.25rem; }
        .lead { color: var(--quiet); max-inline-size: 42rem; }
        .hint { color: var(--quiet); font-size: .9rem; margin-block-start: .7rem; }
        .panel, .hop { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; }
        .panel { padding: 1.1rem 1.2rem 1.2rem; }
        .panel legend { float: inline-start; inline-size: 100%; padding-block-end: .6rem; }
        .panel legend + * { clear: both; }
        .choices { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); align-items: start; }
        .boxes { display: grid; gap: .1rem .8rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr)); padding-block-end: .6rem; }
        .box { display: flex; gap: .55rem; align-items: center; min-block-size: 2.1rem; font-size: .9rem; }
        input[type=checkbox], input[type=radio] { flex: none; inline-size: 1.2rem; block-size: 1.2rem; margin: 0; accent-color: var(--accent); }
        .choice { display: flex; gap: .75rem; align-items: start; padding: .55rem .7rem; margin-inline: -.7rem; border-radius: .6rem; cursor: pointer; }
        .choice input { margin-block-start: .15rem; }
        .choice > span { display: grid; min-inline-size: 0; }
        .choice b { font-weight: 600; }
        .choice:has(:checked) { background: var(--tint); }
        .choice:has(:disabled) { color: var(--quiet); cursor: default; }
        .fields { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); margin-block-start: .8rem; }
        .fields label, .panel > label:not(.choice) { display: grid; gap: .3rem; font-size: .9rem; font-weight: 600; align-content: start; }
        .fields input, select, .panel > label > input:not([type=checkbox], [type=radio]) { inline-size: 100%; min-inline-size: 0; min-block-size: 2.7rem; padding: .4rem .6rem; font: inherit; font-weight: 400; color: inherit; background: var(--card); border: 1.5px solid var(--edge); border-radius: .5rem; }
        .button { display: inline-flex; align-items: center; justify-content: center; min-block-size: 2.7rem; padding: .45rem 1.1rem; font: inherit; font-weight: 650; color: var(--on-accent); background: var(--accent); border: 2px solid var(--accent); border-radius: .6rem; cursor: pointer; }
        .button:hover { text-decoration: underline; text-underline-offset: .2em; }
        .second { color: var(--accent); background: none; }
        .button:disabled { color: var(--quiet); border-color: var(--line); cursor: default; text-decoration: none; }
        .start { grid-column: 1 / -1; }
        .start .button { inline-size: 100%; min-block-size: 3.1rem; margin-block-start: .8rem; font-size: 1.1rem; }
        .panel > .button { margin-block-start: .8rem; }
        .note { padding: .75rem .95rem; border-radius: .6rem; background: var(--tint); font-size: .95rem; }
        .note ul { list-style: none; }
        .bad { color: var(--bad); } .good { color: var(--good); }
        .note.bad, .verdict.bad, .mark.bad { background: var(--bad-tint); }
        .verdict.good, .mark.good { background: var(--good-tint); }
        .mark { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-weight: 600; }
        .plain { list-style: none; margin-block-start: .5rem; display: grid; gap: .3rem; }
        .facts { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .25rem .9rem; font-size: .95rem; }
        .facts dt { color: var(--quiet); }
        .steps { display: grid; gap: 1.1rem; }
        .steps legend { padding-block-end: .5rem; }
        .steps fieldset { display: grid; gap: .5rem; }
        .steps p { display: grid; gap: .15rem; }
        .links { display: grid; gap: .5rem; justify-items: start; }
        .beside, .way { display: grid; gap: 1.1rem; align-content: start; min-inline-size: 0; }
        .timeline { list-style: none; display: grid; gap: .7rem; }
        .hop { border-inline-start: 4px solid var(--edge); }
        .hop.good { border-inline-start-color: var(--good); color: inherit; }
        .hop.bad { border-inline-start-color: var(--bad); color: inherit; }
        .hop:target { box-shadow: 0 0 0 3px var(--accent); }
        summary { cursor: pointer; padding-block: .35rem; font-size: .92rem; font-weight: 550; }
        .hop > details > summary { display: grid; grid-template-columns: 2rem minmax(0, 1fr) auto; gap: 0 .7rem; align-items: baseline; padding: .7rem 1rem; list-style: none; font-weight: 400; }
        .hop > details > summary::-webkit-details-marker { display: none; }
        .number { color: var(--quiet); font-variant-numeric: tabular-nums; }
        .clause, .time { color: var(--quiet); font-size: .85rem; }
        .clause { grid-row: 2; grid-column: 2; }
        .status { font-weight: 650; text-align: end; }
        .time { grid-row: 2; grid-column: 3; text-align: end; }
        .good .status { color: var(--good); } .bad .status { color: var(--bad); }
        .inside { padding: .2rem 1rem 1rem; border-block-start: 1px solid var(--line); }
        .inside > details { margin-block-start: .25rem; }
        .why { margin-block-start: .7rem; }
        .verdict { margin-block-start: .7rem; padding: .5rem .8rem; border-radius: .5rem; font-size: .95rem; }
        .line { margin-block-start: .3rem; }
        pre, .pairs { padding: .7rem .85rem; border-radius: .5rem; background: var(--page); white-space: pre-wrap; overflow-wrap: anywhere; }
        .pairs { display: grid; gap: .1rem .9rem; }
        .pairs dt { color: var(--quiet); }
        .label { margin-block: .4rem .2rem; font-size: .85rem; color: var(--quiet); }
        .finding { font-size: .85rem; }
        .token summary small.good { color: var(--good); } .token summary small.bad { color: var(--bad); }
        @media (max-width: 30rem) {
          .hop > details > summary { grid-template-columns: 1.4rem minmax(0, 1fr); padding-inline: .7rem; }
          .status, .time { grid-column: 2; grid-row: auto; text-align: start; }
          .inside { padding-inline: .7rem; }
        }
        @media (min-width: 40rem) { .pairs { grid-template-columns: minmax(8rem, 13rem) minmax(0, 1fr); } }
        @media (min-width: 64rem) {
          main.wide { max-inline-size: 84rem; grid-template-columns: 21rem minmax(0, 1fr); gap: 2.2rem; align-items: start; }
          .beside { position: sticky; inset-block-start: 1rem; max-block-size: calc(100vh - 2rem); overflow-y: auto; padding: .25rem .5rem 1rem .25rem; }
        }
        @media (forced-colors: active) { .hop { border-inline-start-width: 6px; } .choice:has(:checked) { outline: 2px solid Highlight; } }
        @media print { .steps, .links { display: none; } .hop { break-inside: avoid; } }
        """
}
