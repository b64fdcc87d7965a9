"""The style sheet of the page: quiet, printable, light and dark, from 360 to 1920 pixels. Nothing is loaded."""

from __future__ import annotations

_LIGHT = {
    "ground": "#fdfdfb",
    "text": "#1c1f22",
    "muted": "#585f66",
    "line": "#d5d9d6",
    "link": "#0b5a78",
    "mark": "#8a4b00",
    "alarm": "#a3141c",
    "alarm-ground": "#fdeeee",
    "caution-ground": "#fbf5e6",
}
_DARK = {
    "ground": "#15181a",
    "text": "#e4e6e4",
    "muted": "#a3abb0",
    "line": "#363d41",
    "link": "#7cc4e0",
    "mark": "#f0b566",
    "alarm": "#ff9c9c",
    "alarm-ground": "#3a1a1c",
    "caution-ground": "#2d2719",
}
PALETTES = {"light": _LIGHT, "dark": _DARK}


def _variables(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())


STYLE = f"""
:root{{color-scheme:light dark;{_variables(_LIGHT)}--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--serif:Charter,"Bitstream Charter","Source Serif 4","Iowan Old Style",Cambria,Georgia,"DejaVu Serif",serif}}
@media (prefers-color-scheme:dark){{:root{{{_variables(_DARK)}}}}}
*{{box-sizing:border-box}}
html{{-webkit-text-size-adjust:100%;text-size-adjust:100%}}
body{{margin:0;background:var(--ground);color:var(--text);font:1.0625rem/1.6 var(--serif);overflow-wrap:break-word;hyphens:manual}}
.page{{max-width:44rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}}
a{{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}}
:focus-visible{{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}}
main:focus{{outline:none}}
.skip{{position:absolute;left:-999rem}}
.skip:focus{{position:static;display:inline-block;padding:.5rem 1rem}}
.opening,.contents,.facts,.run-in,.note,.small,.names,.references,.notice,h2,h3,h4,h5,h6,table,.card,.cites{{font-family:var(--sans)}}
.question{{font-size:1.0625rem;line-height:1.45;margin:0 0 .75rem}}
.label{{color:var(--muted);font-size:.8125rem;display:block}}
.facts{{display:flex;flex-wrap:wrap;gap:.15rem 1.5rem;margin:0 0 .9rem;font-size:.8125rem;line-height:1.5}}
.facts div{{min-width:0}}
.facts dt,.facts dd{{display:inline;margin:0}}
.facts dt{{color:var(--muted);margin-right:.4rem}}
.notice{{font-size:.875rem;line-height:1.5;padding:.5rem .8rem;margin:0 0 .6rem;border-left:3px solid var(--mark);background:var(--caution-ground)}}
.notice.emergency{{font-size:1.0625rem;border-left:6px solid var(--alarm);background:var(--alarm-ground);padding:.9rem 1.1rem;margin-bottom:1.25rem}}
.notice.emergency strong{{color:var(--alarm)}}
.contents{{display:none}}
main{{position:relative;display:block}}
h1{{font:600 1.75rem/1.25 var(--serif);margin:1.75rem 0 1.25rem;text-wrap:balance}}
h2{{font-size:1.1875rem;line-height:1.3;font-weight:650;margin:2.5rem 0 .75rem;padding-top:.6rem;border-top:1px solid var(--line)}}
h1+h2{{border-top:0;margin-top:0;padding-top:0}}
h3{{font-size:1rem;line-height:1.35;font-weight:650;margin:1.5rem 0 .5rem}}
h4,h5,h6{{font-size:.9375rem;line-height:1.35;font-weight:600;margin:1.25rem 0 .4rem}}
p{{margin:0 0 .8rem}}
q{{quotes:none}}
ul,ol{{margin:0 0 1rem;padding-left:1.3rem}}
li{{margin:0 0 .5rem}}
li::marker{{color:var(--muted)}}
.run-in{{font-size:.84375rem;line-height:1.45;margin:1rem 0 .35rem;color:var(--muted)}}
h3+.run-in,h4+.run-in{{margin-top:.5rem}}
cite{{font-style:normal;color:var(--text)}}
.fact::before{{content:"· "}}
.side .fact::before{{content:none}}
.mark{{color:var(--mark);font-weight:600}}
.mark::before{{content:"· "}}
.references .mark::before{{content:none}}
.note,.small{{font-size:.8125rem;line-height:1.45;color:var(--muted);margin:.15rem 0 .3rem}}
.small{{margin:0 0 .8rem}}
.word{{font-family:var(--sans);font-size:.875rem;line-height:1.45;margin:.2rem 0 .3rem;padding-left:.75rem;border-left:2px solid var(--line)}}
dfn{{font-style:normal;font-weight:650}}
.names{{list-style:none;padding:0 0 0 1.3rem;margin:-.25rem 0 1rem;font-size:.8125rem;line-height:1.45;color:var(--muted)}}
.names li{{display:flex;gap:.4rem;margin:0 0 .15rem}}
.names .number{{flex:none}}
.muted{{color:var(--muted)}}
li .muted,td .muted,p .muted{{font-size:.9em}}
.small .muted{{font-size:1em}}
.cites{{font-size:.78em;white-space:nowrap;color:var(--muted)}}
.cites a{{text-decoration:none;padding:.1em .12em}}
.cites a:hover{{text-decoration:underline}}
.card{{display:none;position:absolute;left:0;right:0;z-index:2;margin-top:1.5em;max-width:40rem;padding:.7rem .9rem;white-space:normal;font-size:.875rem;line-height:1.5;background:var(--ground);color:var(--text);border:1px solid var(--line);border-radius:4px;box-shadow:0 6px 24px rgb(0 0 0/.18)}}
.card::before{{content:"";position:absolute;left:0;right:0;top:-1rem;height:1rem}}
.cite:hover .card,.cite a:focus-visible+.card{{display:block}}
.quoted{{display:block;font-family:var(--serif);font-size:.9375rem;margin-bottom:.35rem}}
.from{{display:block;color:var(--muted);font-size:.8125rem}}
table{{border-collapse:collapse;width:100%;font-size:.84375rem;line-height:1.45;margin:0 0 1rem}}
caption{{text-align:left;color:var(--muted);padding-bottom:.4rem}}
th,td{{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);font-weight:400}}
thead th{{color:var(--muted);border-bottom-color:var(--muted)}}
tbody th{{font-weight:650}}
.sides{{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem;margin:0 0 1rem}}
.side{{padding:.1rem 0 .1rem .9rem;border-left:2px solid var(--line)}}
.side .run-in{{margin-top:0}}
.side .run-in .fact{{color:var(--text);font-weight:650}}
.side .run-in cite{{display:block;color:var(--muted)}}
.side>p:last-child{{margin:0}}
dl:not(.facts){{margin:0 0 1rem}}
dl:not(.facts) dt{{font-weight:600}}
dl:not(.facts) dd{{margin:0 0 .5rem}}
.references{{list-style:none;padding:0;font-size:.84375rem;line-height:1.5}}
.references li{{display:flex;gap:.5rem;padding:.3rem .4rem;margin:0 -.4rem .25rem}}
.references li>div{{min-width:0}}
.references li:target,.cites a:target{{background:var(--caution-ground)}}
.number{{color:var(--muted);flex:0 0 2.2rem;text-align:right}}
.kind{{font-weight:600}}
.back{{display:inline;color:var(--muted);white-space:normal}}
.back details{{display:inline}}
.back details[open]{{display:block}}
.back summary{{display:inline-block;cursor:pointer;min-height:1.5rem;color:var(--link)}}
@media (min-width:70rem){{
.page{{display:grid;grid-template-columns:13rem minmax(0,44rem);column-gap:3.5rem;max-width:64rem;padding-top:2.5rem}}
.opening,main{{grid-column:2}}
.contents{{display:block;grid-column:1;grid-row:1/span 2;font-size:.8125rem;line-height:1.4}}
.contents ul{{position:sticky;top:2.5rem;list-style:none;margin:0;padding:0;max-height:calc(100vh - 5rem);overflow:auto}}
.contents a{{color:var(--muted);text-decoration:none;display:block;padding:.15rem 0}}
.contents a:hover{{color:var(--link);text-decoration:underline}}
}}
@media (max-width:40rem){{
body{{font-size:1rem}}
h1{{font-size:1.45rem}}
table,caption,tbody,tr,th,td{{display:block}}
thead{{position:absolute;left:-999rem}}
tbody th{{border:0;padding:.8rem 0 .1rem;font-size:.9375rem}}
td{{padding:.35rem 0}}
td::before{{content:attr(data-label);display:block;color:var(--muted);font-size:.75rem}}
}}
@media print{{
:root{{{_variables(_LIGHT)}--ground:#fff;--caution-ground:#fff;--alarm-ground:#fff}}
@page{{margin:18mm 16mm}}
body{{font-size:10.5pt;line-height:1.45}}
.page{{display:block;max-width:none;padding:0}}
.contents,.skip,.back,.card{{display:none!important}}
a{{color:inherit;text-decoration:none}}
h2{{margin-top:1.5rem}}
h2,h3,h4,.run-in{{break-after:avoid}}
li,tr,.side,.notice{{break-inside:avoid}}
}}
@media (prefers-contrast:more){{:root{{--muted:var(--text)}}}}
"""
