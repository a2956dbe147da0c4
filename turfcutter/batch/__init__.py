"""
Batch: every county of a state, on one machine or many; a `kill -9` loses nothing.

A state file (`state`; `drafting` drafts one) names the counties. What is done, is done in *units*:

- *county* (`jobs`, `county`): read, choose, place, cut, walk, check, write; one folder a county,
  which appears complete or not at all. Its key is the digest of files, parameters and program.
- *region* (`regions`): one region cut; a few of them travel together as a *parcel* where a county
  is too large for one worker. Its key is the digest of all that the cut depends on.
- *packets*, *night* (`paper`, `night`): what is printed of a county; its plan brought up to
  tomorrow's files.

Units are pure and may be done twice: what one makes is found again by its key and checked by its
digest (`kept`), so a new run does only what is missing. Units run in processes of this machine
(`crew`) or on Dask (`cluster`; `places` says where), each in one thread; `running` and `nightly`
hand them out, `book` tries each three times and goes on with the others. `fetching` brings inputs
that are named by URL. `order` says what is to be done and where; `locks` keeps two runs off one
county, `begun` shows others who is at work. `ledger` proves that
every row read is accounted for in the files written, `statewide` and `report` put the counties
side by side. The clock is read at the edge alone: by the command, which hands it down.
"""
