/** One broker connection a set of keys, made when first needed. */
import type { Broker } from '../broker/port.ts'
import type { BrokerEndpoint } from '../preflight/facts.ts'
import type { ProfileName } from '../strategy/types.ts'

export interface Brokers {
  /** Null: no keys for this profile. */
  of(profile: ProfileName): Broker | null
  /** Where its requests go, for the preflight; null: no keys. */
  endpoint(profile: ProfileName): BrokerEndpoint | null
  close(): Promise<void>
}

export function createBrokers(make: (profile: ProfileName) => Broker | null, endpoint: Brokers['endpoint']): Brokers {
  const made = new Map<ProfileName, Broker>()
  return {
    endpoint,
    of(profile) {
      const known = made.get(profile)
      if (known !== undefined) return known
      const broker = make(profile)
      if (broker !== null) made.set(profile, broker)
      return broker
    },
    async close() {
      await Promise.allSettled([...made.values()].map((broker) => broker.close()))
    },
  }
}
