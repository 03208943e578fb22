import { describeContractDay } from '../support/contract-day.ts'

describeContractDay({ structure: 'put_spread', database: 10 })
