/** The faults a desk must bear, and what shows that this one does. `docs/fault-matrix.md` is made from this. */

export interface Shown {
  /** Test file below `test/`, without its ending. */
  readonly file: string
  /** Part of the name of a test in it. */
  readonly test: string
}

interface MatrixRow {
  readonly fault: string
  /**
   * M0 before the intent, M1 intent saved, M2 request in flight, M3 accepted but unseen, M4 fill unseen, M5 open, M6
   * close in flight, M7 closed and not yet told.
   */
  readonly moments: string
  readonly expected: string
  /** What of the simulator of faults brings it about. */
  readonly simulated: readonly string[]
  readonly shown: readonly Shown[]
}

const shown = (file: string, test: string): Shown => ({ file, test })

export const MATRIX: readonly MatrixRow[] = [
  {
    fault: 'a worker is killed',
    moments: 'M0–M7',
    expected:
      'the next one reads the broker first: no order lost, none doubled, the position watched again within 10 s',
    simulated: ['crash_before', 'crash_after'],
    shown: [
      shown('chaos/days', 'a kill at calls all over a day'),
      shown('e2e/worker-changes', 'is watched again by another within 10 s'),
      shown('session/opening', 'is sent again under the same id when the broker does not know it'),
      shown('session/reconciling', 'a fill that the streams missed is found and applied once'),
    ],
  },
  {
    fault: 'a worker is told to stop',
    moments: 'M0–M6',
    expected: 'handed over; the last one closes what is open',
    simulated: ['team: handOver', 'lastLeaves'],
    shown: [
      shown('e2e/worker-changes', 'hands its session to another one'),
      shown('e2e/worker-changes', 'the last worker told to stop closes the position'),
    ],
  },
  {
    fault: 'timeout, reset, 5xx, broken JSON',
    moments: 'M2, M6',
    expected: 'looked up by id, never taken for a refusal, never doubled',
    simulated: ['error', 'lost_answer', 'late', 'delay'],
    shown: [
      shown('session/orders-out', 'is looked up, never a refusal'),
      shown('e2e/broker-faults', 'is never sent twice'),
      shown('e2e/broker-faults.slow', 'the position is closed once'),
    ],
  },
  {
    fault: 'a request that arrives after everybody has given it up',
    moments: 'M2, M6',
    expected:
      'nothing is opened beside it; what works is worked on, what is more than the profile sells is closed by a halt',
    simulated: ['late', 'pause'],
    shown: [
      shown('session/unsure-orders', 'the day opens nothing beside it'),
      shown('session/unsure-orders', 'asked to end each time it is seen'),
      shown('session/unsure-orders', 'are all closed, by a halt'),
      shown('queue/late-opening', 'opens its session again, which closes it, says so, and ends again'),
    ],
  },
  {
    fault: '429',
    moments: 'M2',
    expected: 'bounded back-off, the same id; exits have requests of their own',
    simulated: ['error'],
    shown: [shown('session/orders-out', "'rate_limited'"), shown('broker/budget', 'the request budget')],
  },
  {
    fault: '4xx, an order rejected after it was accepted',
    moments: 'M2, M6',
    expected: 'an opening ends with the reason; a close is tried again, whatever the code',
    simulated: ['error', 'rejected'],
    shown: [
      shown('session/orders-out', 'a refusal is final'),
      shown('session/opening', 'a refused entry is posted'),
      shown('session/holding', 'a refused close is tried again after a wait'),
      shown('broker/errors', 'reasons of refusals'),
    ],
  },
  {
    fault: 'a repeated request, a duplicate id',
    moments: 'M2, M6',
    expected: 'adopted: it is the same order',
    simulated: ['duplicate', 'late'],
    shown: [shown('session/orders-out', 'a duplicate id means that the order is there')],
  },
  {
    fault: 'Redis away',
    moments: 'M0',
    expected: 'no opening; a command is refused at once',
    simulated: ['outage of store'],
    shown: [
      shown('session/committer', 'is not taken while the store is away when it opens anything'),
      shown('discord/bot', 'an unreachable store'),
    ],
  },
  {
    fault: 'Redis away',
    moments: 'M5, M6',
    expected: 'exits fire; the journal catches up',
    simulated: ['outage of store'],
    shown: [
      shown('session/committer', 'goes on unsaved when it closes, and is caught up with'),
      shown('e2e/store-outages.slow', 'exits fire while it is away'),
      shown('chaos/days', 'a store that is away when the day ends'),
    ],
  },
  {
    fault: 'Redis restarted with its data',
    moments: 'any',
    expected: 'nothing lost',
    simulated: ['outage of store'],
    shown: [shown('e2e/store-outages.slow', 'it comes back with its data')],
  },
  {
    fault: 'Redis back, and empty',
    moments: 'M0–M7',
    expected: 'set up again by its holder, or adopted from the broker; opens nothing; feed numbers go on',
    simulated: ['storeLost'],
    shown: [
      shown('e2e/store-outages', 'it comes back empty: the worker sets it up again'),
      shown('e2e/store-outages.slow', 'it comes back empty with no worker alive'),
      shown('store/feed-floor', 'gives no number again after the store lost everything'),
      shown('queue/adopt-orphans', 'is adopted by a campaign that opens nothing'),
      shown('queue/session-processor', 'that waited for its lease while the store lost everything'),
      shown('store/memory-store', 'after_a_loss_of_all_data'),
    ],
  },
  {
    fault: 'a process that hangs longer than its lock',
    moments: 'M2',
    expected: 'two processors, one order; the stale epoch is refused',
    simulated: ['pause'],
    shown: [
      shown('session/stale-writer', 'of a worker that stood still is sent where nobody took the session'),
      shown('session/committer', 'is lost where somebody else took the session meanwhile'),
      shown('e2e/worker-stopped.slow', 'changes nothing at the broker when it wakes'),
      shown('store/session-store', 'a stale epoch changes nothing'),
    ],
  },
  {
    fault: 'two workers, one of another version',
    moments: 'any',
    expected: 'the one that cannot read the session leaves it alone',
    simulated: ['pause', 'otherVersion'],
    shown: [shown('queue/session-processor', 'of another version of the program refuses the session')],
  },
  {
    fault: 'a job that fails again and again',
    moments: 'any',
    expected: 'from the third run in a row on it only closes, with an alert',
    simulated: [],
    shown: [
      shown(
        'queue/session-processor',
        'of a session that ended its process twice in a row only closes, whoever ran it',
      ),
      shown('session/begin-run', 'after two it opens nothing and closes what is open'),
    ],
  },
  {
    fault: 'Discord away, slow, 429, refusing a post',
    moments: 'any',
    expected: 'trading unaffected; posts later, in order, once',
    simulated: ['outage of chat', 'error', 'lost_answer', 'late'],
    shown: [
      shown('e2e/chat-outage', 'in order, once, without gaps'),
      shown('feed/publisher', 'posts once and in order when it is killed between any two steps'),
      shown('feed/publisher', 'replaces a post that Discord refuses by a plain one'),
    ],
  },
  {
    fault: 'an interaction twice, or late',
    moments: 'any',
    expected: 'one command; what raises risk and is late is refused',
    simulated: [],
    shown: [
      shown('queue/refusals', 'the same command again is the same answer'),
      shown('queue/command-bus', 'what raises risk and waited too long is refused'),
    ],
  },
  {
    fault: 'streams cut, mute, out of order',
    moments: 'M0, M4, M5',
    expected: 'the broker is asked before anything is decided; mute connections are made anew',
    simulated: ['error', 'pause', 'lost_answer', 'delay', 'duplicate'],
    shown: [
      shown('e2e/streams-lost.slow', 'the exit fires by REST'),
      shown('session/market-memory', 'is one that is connected, silent, and behind'),
      shown('session/runner-guards', 'during which an order moved is outdated'),
      shown('broker/streams', 'keep it over a lost connection'),
    ],
  },
  {
    fault: 'clocks that jump or cannot be read; half days, changes of the hour',
    moments: 'M0, M5',
    expected: 'the broker’s clock and calendar decide; no wait freezes',
    simulated: ['clockSkew', 'clockBlind'],
    shown: [
      shown('config/market-clock', 'never runs backwards when the correction shrinks'),
      shown('config/market-clock', 'stays unknown while the broker cannot be asked'),
      shown('config/market-clock', 'asks the broker at once when the machine has slept'),
      shown('session/reconciling', 'waits begun by a clock that stood ahead'),
      shown('strategy/exchange-calendar', 'closes at 13:00'),
    ],
  },
  {
    fault: 'quotes that are stale, crossed or no numbers',
    moments: 'M0, M5',
    expected: 'denied with a code; with a position asked by REST, told, and flat past the limit',
    simulated: ['duplicate', 'late', 'noPrices'],
    shown: [
      shown('session/opening', 'a stale quote takes no decision'),
      shown('session/holding', 'without quotes the broker is asked, then the position is closed at market'),
      shown('session/guards', 'is denied'),
    ],
  },
  {
    fault: 'a partial fill, then a cancel',
    moments: 'M4, M6',
    expected: 'what was filled is held, or is left to close; no more',
    simulated: ['partialFill', 'hangingCancel'],
    shown: [
      shown('session/opening', 'what was filled before a cancel is held, no more'),
      shown('session/holding', 'only what is left is closed after a partial fill'),
    ],
  },
  {
    fault: 'a cancel races a fill, or hangs',
    moments: 'M6',
    expected: 'the broker says how the order ended; no new close before',
    simulated: ['hangingCancel', 'delay'],
    shown: [
      shown('session/holding', 'a fill that arrives after the cancel still completes the close'),
      shown('session/holding', 'a cancel that was lost is sent again until the broker says how the order ended'),
    ],
  },
  {
    fault: 'somebody trades the account by hand',
    moments: 'M5',
    expected: 'nothing is opened, told, never fought; what is left is managed',
    simulated: ['handTrade', 'closedByHand'],
    shown: [
      shown('session/reconciling', 'a position that the desk does not know stops opening'),
      shown('session/reconcile', 'all closed by somebody'),
      shown('session/reconcile', 'a part gone: the rest is managed on'),
    ],
  },
  {
    fault: 'a leg without its partner',
    moments: 'M5',
    expected: 'the leg goes first, at market, then the whole spreads',
    simulated: ['legGone'],
    shown: [shown('session/reconcile', 'one leg gone'), shown('session/reconcile', 'a lone long leg is sold')],
  },
  {
    fault: 'the switch is set, a stop is given',
    moments: 'any',
    expected: 'no opening starts after it; closing goes on',
    simulated: ['team: pause', 'team: halt', 'team: stop', 'team: interfere'],
    shown: [
      shown('session/orders-out', 'a switch that is set while the account is read counts'),
      shown('session/transition', 'halted: what is open is closed'),
    ],
  },
  {
    fault: 'puts are assigned, shares appear',
    moments: 'M5 and after',
    expected: 'HALTED and told',
    simulated: ['assigned'],
    shown: [
      shown('session/reconcile-account', 'an assignment halts and is told once'),
      shown('session/reconcile-account', 'shares in the account halt'),
    ],
  },
  {
    fault: 'a broker that takes no close before the market does',
    moments: 'M5, M6',
    expected: 'held past the close: told, halted, settled once and to the cent; nothing is opened before',
    simulated: ['closesRefused'],
    shown: [
      shown('session/settlement', 'it lapses, and the day ends a second time'),
      shown('queue/settle-expired', 'keeps the account from being resumed until it is settled'),
      shown('queue/found-after-close', 'the account is halted at once'),
      shown('e2e/held-past-the-close', 'is settled at the official close'),
    ],
  },
  {
    fault: 'no engine at all',
    moments: 'M5, M6',
    expected: 'told within 15 s; the watchdog closes under the derived ids, and the books take it over',
    simulated: ['absence'],
    shown: [
      shown('watchdog/engine-watch', 'learns within 15 s that an engine is silent'),
      shown('watchdog/watchdog-process.slow', 'flattens once, in time, when it is killed'),
      shown('session/reconciling', 'a close of the watchdog'),
    ],
  },
]
