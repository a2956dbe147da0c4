"""
Pages: what stands on them, ready to be set. `contents` puts a packet together from its cover
(`covers`), its maps and its list: `walklist` says what is met on the way, `rows` and `forms` give
every word and box its place in a row, `paging` parts rows into pages, `placing` puts them there,
`footers` end each page. `launch` is what lies on the launch table.
"""
