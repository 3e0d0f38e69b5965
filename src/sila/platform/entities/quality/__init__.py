"""How good the data is: rules that records must not break, what of a record is filled in, and whether it is fresh.

`plan` says what counts, `grading` works a record's score out, `rules` are asked by the verbs, `keeping` is called
where something is done to a record besides changing it, `verbs` are what people do here, `work` is done by night,
`worklist` is what needs care. See docs/data-quality.md.
"""
