/** A day in some fifteen seconds: what is said once a day is all there, decisions are few. */
import { describeContractDay } from '../support/contract-day.ts'

describeContractDay({ speed: 1600, database: 10, requestsMin: 50 })
