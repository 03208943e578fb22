/**
 * As many profiles as accounts: a set of keys goes by its profile, and the desk knows two. Imported first of all, for
 * its effect: what reads documents takes the names down as it is loaded. For a process of its own only.
 */
import { PROFILE_NAMES, type ProfileName } from '../../src/strategy/types.ts'
import { ACCOUNTS_MAX, profileOf } from './market.ts'

// Readonly for everybody else; a benchmark has no other way to 200 accounts in one worker.
const names = PROFILE_NAMES as unknown as ProfileName[]
for (let index = 0; index < ACCOUNTS_MAX; index += 1) names.push(profileOf(index))
