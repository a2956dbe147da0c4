"""
Work in the background: cuts, checks, printing.

Jobs wait in the viewer's own database (`queue`); one worker (`worker`), in any process, begins each
in a process of its own (`child`) that may use only so much (`confine`) and reaches neither database
nor network; what that leaves in the job's folder is taken over by `results`.
"""
