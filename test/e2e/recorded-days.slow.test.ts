import { recordedDaysEqualTheReplay } from '../support/recorded-days.ts'

recordedDaysEqualTheReplay('short_put')
