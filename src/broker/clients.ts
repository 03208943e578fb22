/**
 * The SDK's REST clients for one account. The SDK's own `Alpaca` class takes no base URL (it would send to the paper
 * host whatever is configured), so the API classes are built from configurations that do, each over the host guard.
 *
 * Entry point: `createClients`.
 *
 * 1. Orders, reads and data are separate clients; budgets are charged before a request, and for each retry inside the
 *    SDK.
 * 2. Only GET is retried by the SDK, `READ_RETRIES_MAX` times, within short pauses; POST never, DELETE by `orders.ts`.
 */
import { marketData, trading } from '@alpacahq/alpaca-trade-api'
import type { WallClock } from '../config/clock.ts'
import { RequestBudget } from './budget.ts'
import { type Fetch, guardFetch } from './host-guard.ts'
import type { BrokerSettings } from './options.ts'

const READ_RETRIES_MAX = 2
const RETRY_PAUSE_MS = 100
const RETRY_PAUSE_MAX_MS = 2000

export interface BrokerClients {
  /** Submitting, cancelling and looking up orders: never queues behind reads. */
  readonly orders: trading.OrdersApi
  readonly orderReads: trading.OrdersApi
  readonly accounts: trading.AccountsApi
  readonly clock: trading.ClockApi
  readonly calendar: trading.CalendarApi
  readonly positions: trading.PositionsApi
  readonly activities: trading.AccountActivitiesApi
  readonly stocks: marketData.StockApi
  readonly options: marketData.OptionApi
  readonly tradingBudget: RequestBudget
  readonly dataBudget: RequestBudget
}

export function createClients(settings: BrokerSettings, clock: WallClock, send: Fetch = fetch): BrokerClients {
  const tradingBudget = new RequestBudget(settings.requestsPerMinute, clock)
  const dataBudget = new RequestBudget(settings.requestsPerMinute, clock)
  const fetchApi = guardFetch([settings.tradingUrl, settings.dataUrl], send)
  const configure = (basePath: string, budget: RequestBudget): trading.ConfigurationParameters => ({
    basePath,
    keyId: settings.keyId,
    secret: settings.secret,
    timeoutMs: settings.timeout_ms,
    fetchApi,
    retry: {
      maxRetries: READ_RETRIES_MAX,
      retryDelayMs: RETRY_PAUSE_MS,
      maxDelayMs: RETRY_PAUSE_MAX_MS,
      onRetry: () => budget.charge(),
    },
  })
  const forTrading = new trading.Configuration(configure(settings.tradingUrl, tradingBudget))
  const forData = new marketData.Configuration(configure(settings.dataUrl, dataBudget))
  return {
    orders: new trading.OrdersApi(new trading.Configuration(configure(settings.tradingUrl, tradingBudget))),
    orderReads: new trading.OrdersApi(forTrading),
    accounts: new trading.AccountsApi(forTrading),
    clock: new trading.ClockApi(forTrading),
    calendar: new trading.CalendarApi(forTrading),
    positions: new trading.PositionsApi(forTrading),
    activities: new trading.AccountActivitiesApi(forTrading),
    stocks: new marketData.StockApi(forData),
    options: new marketData.OptionApi(forData),
    tradingBudget,
    dataBudget,
  }
}
