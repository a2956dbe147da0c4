"""
Packets: the paper that canvassers carry.

From a plan in memory to a folder of packets, lists, manifests and the launch table:

    print_packets(plan, Printing(issue, turf_ids, serial, plan_digest, suppressed, as_planned),
                  out, workers=1, force=False, progress=silent) -> records, one a list

`printing.Printing` and `issues.Issue` say what to print, `lists.register` gives serials that nobody
had. `progress` is called with a step and a detail after each list; what it raises ends the
printing, and the same call goes on where it was. `lists.manifests` is for whoever keys the sheets
in. With `as_planned` the paper has the stop numbers of the plan, for programs that show them
elsewhere too.

Pages are set by Typst, not drawn by ReportLab. A page of each with street names along lines, five
scripts and tags decided it: ReportLab writes no tags at all, and reads neither the variable nor
the CFF outlines in which Noto's typefaces come, so that bold Armenian and 陳 would have needed
fonts made over; Typst checks PDF/UA-1 while it sets, shapes every script of California's ballots,
and takes SVG with text that stays text. It is as fast as long as a map is one drawing and a row of
the list needs no measuring: a tag for every line takes five times as long as the page.
"""
