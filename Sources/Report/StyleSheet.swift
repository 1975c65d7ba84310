/// The look of the report. Colours are custom properties with a light, a dark and a print tone.
enum StyleSheet {
  static let css: HTMLFragment = """
    :root {
      --page: #ffffff; --ink: #1b1f24; --muted: #59636e; --rule: #d8dde3; --faint: #eceff2; --panel: #f6f7f9;
      --link: #0b5cad; --good: #1a6e41; --bad: #b03a1a; --mark: #ffecb0; --mark-ink: #1b1f24; --equation: #0b5cad;
      --c1: #5b57cf; --c2: #e8550f; --c3: #1e613a; --c4: #9f2c8d; --c5: #869067; --c6: #0b98c5; --grey: #78828c;
      --o1: #b18827; --o2: #538349; --o3: #13676f; --o4: #064180; --o5: #350c54;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --page: #14171a; --ink: #e3e6e9; --muted: #9aa5b0; --rule: #353b42; --faint: #262b31; --panel: #1c2025;
        --link: #6cb2f2; --good: #62c08d; --bad: #f08a68; --mark: #57470f; --mark-ink: #f4ecd2; --equation: #7cc0ff;
        --c1: #6883fb; --c2: #ed5411; --c3: #97c4ab; --c4: #b07397; --c5: #f6da3b; --c6: #bbf6fe; --grey: #8d98a3;
        --o1: #faea89; --o2: #a6d671; --o3: #43bba7; --o4: #478cc4; --o5: #7a53b4;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body {
      margin: 0 auto; max-width: 1100px; padding: 2.5rem 1.25rem 5rem; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
      overflow-wrap: break-word;
    }
    h1, h2, h3, h4, h5 { line-height: 1.25; text-wrap: balance; }
    h1 { font-size: 2rem; margin: 0 0 .6rem; letter-spacing: -.015em; }
    h2 { font-size: 1.4rem; margin: 3.2rem 0 .8rem; padding-top: .9rem; border-top: 2px solid var(--ink); }
    h3 { font-size: 1.08rem; margin: 1.9rem 0 .5rem; }
    h4 { font-size: .95rem; margin: 1.1rem 0 .3rem; }
    h5 { font-size: .88rem; font-weight: 600; margin: 0 0 .35rem; }
    p { margin: .5rem 0; max-width: 76ch; }
    a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
    li { max-width: 76ch; }
    .kicker { margin: 0 0 .3rem; color: var(--muted); font-size: .9rem; }
    nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .92rem; }
    main > section:first-child > h2 { margin-top: 1.8rem; }
    .absent { color: var(--muted); font-style: italic; }
    .note { color: var(--muted); font-size: .82rem; margin: .3rem 0; }

    .verdict { border-left: 5px solid var(--grey); background: var(--panel); padding: .7rem 1.1rem; margin: .7rem 0; }
    .verdict p { margin: 0; max-width: 88ch; }
    .verdict.progress { border-color: var(--good); } .verdict.progress .word { color: var(--good); }
    .verdict.reversal { border-color: var(--bad); } .verdict.reversal .word { color: var(--bad); }
    .verdict.regress { border-color: var(--bad); border-left-style: double; } .verdict.regress .word { color: var(--bad); }
    .word { white-space: nowrap; }

    .figure { margin: 2.2rem 0 2.8rem; }
    .figure > h3 { margin-bottom: .6rem; }
    figcaption { margin-top: .7rem; font-size: .9rem; }
    figcaption p { max-width: 88ch; margin: .3rem 0; color: var(--muted); } figcaption .findings { color: var(--ink); }
    figcaption ul { margin: .2rem 0 .3rem; padding-left: 1.2rem; } figcaption li { max-width: 88ch; }
    .data { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem 1.4rem; margin-top: .4rem; font-size: .88rem; }
    .data details { margin: 0; min-width: 0; } .data details[open] { flex-basis: 100%; }
    .data .scroll { max-height: 24rem; overflow: auto; }
    .download { font-size: .92rem; }
    .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1.5rem 1.6rem; }
    .panels.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
    .panels.four { grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); max-width: 900px; }
    .panel { min-width: 0; break-inside: avoid; }
    .legend {
      display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; margin: 0 0 .6rem; padding: 0; font-size: .86rem;
    }
    .panel .legend { font-size: .79rem; gap: .05rem .8rem; margin-bottom: .3rem; }
    .legend li { display: inline-flex; align-items: center; gap: .4rem; }
    .swatch { width: 34px; height: 12px; flex: none; }
    .chart { display: block; width: 100%; height: auto; overflow: visible; }
    .chart text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; fill: var(--muted); }
    .chart .axis-title { fill: var(--ink); }
    .chart .end { text-anchor: end; } .chart .middle { text-anchor: middle; }
    .tick { font-variant-numeric: tabular-nums; }
    .grid { stroke: var(--faint); stroke-width: 1; }
    .axis { stroke: var(--muted); stroke-width: 1; }
    .zero { stroke: var(--muted); stroke-width: 1; }
    .chart .row { fill: var(--ink); }
    .area { fill: var(--c); stroke: var(--page); stroke-width: 1; }
    .reference { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 3; }
    .c1 { --c: var(--c1); } .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); }
    .c5 { --c: var(--c5); } .c6 { --c: var(--c6); } .grey { --c: var(--grey); } .plain { --c: var(--ink); }
    .o1 { --c: var(--o1); } .o2 { --c: var(--o2); } .o3 { --c: var(--o3); } .o4 { --c: var(--o4); } .o5 { --c: var(--o5); }
    .band { fill: var(--c); fill-opacity: .13; stroke: none; }
    .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
    .marker { fill: var(--c); stroke: var(--page); stroke-width: 1; }
    .hollow .marker { fill: var(--page); stroke: var(--c); stroke-width: 1.6; }
    .whisker { fill: none; stroke: var(--c); stroke-width: 1.2; }
    .background .line { stroke-width: 1; stroke-opacity: .55; } .background .marker { fill-opacity: .55; stroke: none; }
    .target { fill: transparent; }

    .scroll { overflow-x: auto; margin: .6rem 0; }
    table { border-collapse: collapse; font-size: .86rem; min-width: 60%; }
    caption { text-align: left; font-weight: 600; padding: .5rem 0 .3rem; }
    th, td { padding: .32rem .85rem .32rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
    thead th { border-bottom: 1px solid var(--ink); font-weight: 600; vertical-align: bottom; }
    tbody th { font-weight: 400; }
    .numbers th, .numbers td { white-space: nowrap; font-variant-numeric: tabular-nums; }
    .better { color: var(--good); } .worse { color: var(--bad); } .open { color: var(--muted); }
    details { margin: .35rem 0; } summary { cursor: pointer; color: var(--link); font-size: .92rem; }
    .ids { font-size: .8rem; color: var(--muted); max-width: none; }

    .study { margin-top: 1.4rem; }
    .problem { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem 2rem; margin: .6rem 0 1rem; }
    .problem dt { font-size: .82rem; color: var(--muted); } .problem dd { margin: .15rem 0 0; }
    .text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; overflow: hidden; }
    .iterations { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(11.5rem, 1fr); gap: 1rem; }
    .iteration h4 { margin: 0 0 .4rem; padding-bottom: .25rem; border-bottom: 2px solid var(--rule); font-size: 1rem; }
    .answer { background: var(--panel); padding: .5rem .65rem .6rem; margin: .5rem 0; font-size: .8rem; line-height: 1.5; break-inside: avoid; }
    .outcome { display: flex; justify-content: space-between; gap: .5rem; margin: 0 0 .25rem; font-weight: 600; }
    .correct { color: var(--good); } .wrong { color: var(--bad); }
    mark { background: var(--mark); color: var(--mark-ink); }
    .equation { font-weight: 600; color: var(--equation); font-variant-numeric: tabular-nums; }
    mark .equation { color: inherit; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 2px; }
    .definitions { max-width: 84ch; } .definitions dt { font-weight: 600; margin-top: .8rem; } .definitions dd { margin: .1rem 0 0; }

    a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }

    @media (max-width: 640px) {
      body { padding: 1.4rem 1rem 3rem; font-size: 15px; }
      h1 { font-size: 1.55rem; }
      .panels:not(.small) .chart text { font-size: 13.5px; }
      .panels.small .chart { max-width: 26rem; }
      .iterations { grid-auto-columns: 78vw; }
    }
    @media print {
      @page { size: A4; margin: 18mm 16mm; }
      body { max-width: none; padding: 0; font-size: 10pt; }
      nav, .data { display: none; }
      h1 { font-size: 18pt; } h2 { font-size: 14pt; margin-top: 1.6rem; } h3 { font-size: 11pt; }
      h2, h3, h4, h5, .legend { break-after: avoid; }
      figcaption p, figcaption li, p, li { max-width: none; }
      .figure { margin: 1rem 0 1.4rem; } figcaption { font-size: 8.5pt; break-before: avoid; }
      tr, .verdict, .panel { break-inside: avoid; } thead { display: table-header-group; }
      .verdict, .answer, mark, .band { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      .panels { grid-template-columns: 1fr 1fr; } .panels.small { grid-template-columns: 1fr 1fr 1fr; } .panels.four { grid-template-columns: 1fr 1fr; max-width: 130mm; }
      .iterations { grid-auto-columns: minmax(0, 1fr); gap: .5rem; } .answer { font-size: .68rem; }
      .scroll { overflow: visible; } table { font-size: .7rem; }
      details::details-content { content-visibility: visible; display: block; height: auto; }
    }
    """
}
