import { expect, test } from 'vitest'
import { brokerKeyProblem } from '../../src/broker/hosts.ts'

const PAPER = 'https://paper-api.alpaca.markets'

test('beyond loopback only a paper key is taken, whatever else a key may begin with', () => {
  expect(brokerKeyProblem('PK123', PAPER)).toBeNull()
  for (const key of ['CK123', 'pk123', '', '123PK']) expect(brokerKeyProblem(key, PAPER)).toMatch(/no paper key/)
  expect(brokerKeyProblem('CK123', 'http://127.0.0.1:4500')).toBeNull()
})

test('a live key is taken nowhere, and is not repeated', () => {
  for (const url of [PAPER, 'http://127.0.0.1:4500']) {
    const problem = brokerKeyProblem('AK123SECRET', url)
    expect(problem).toMatch(/live key/)
    expect(problem).not.toContain('123SECRET')
  }
})
