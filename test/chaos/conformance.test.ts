/** The broker of simulated days, seen through its port without faults: it does what every broker must do. */

import { describeBrokerConformance } from '../broker/conformance.ts'
import { createBroker } from './chaos-broker.ts'

describeBrokerConformance('the broker of simulated days', async () => createBroker('conformance'))
