import { recordedDaysEqualTheReplay } from '../support/recorded-days.ts'

recordedDaysEqualTheReplay('put_spread')
