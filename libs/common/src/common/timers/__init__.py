"""Durable timers: a due thing takes effect exactly once, over any replicas, kills and pauses.

Every replica leases what is due soon and waits for it in memory, so that firing costs no search.
The firing is the committed effect: it deletes the timer's row under the lease's token, and finds
nothing to delete when the timer was moved, cancelled or taken over.
"""

from common.timers.firing import Firing, Firings, Manner, alone, leave, together
from common.timers.rows import Timer
from common.timers.running import Timers

__all__ = ["Firing", "Firings", "Manner", "Timer", "Timers", "alone", "leave", "together"]
