import { describeContractDay } from '../support/contract-day.ts'

describeContractDay({ structure: 'short_put', database: 10 })
