"""The synthetic July that follows packs/yindu's June: written by `python -m tests.july` as packs/yindu_july.

Nothing of it was published. It starts from June's figures and changes those named in `changes`, so that rates rise and
fall, places move, some units stay at zero for a second month, and running totals go on.
"""
