import { describe, expect, it } from 'vitest'
import { assertPaperOnly, ForbiddenHostError, guardFetch, guardSocketUrl } from '../../src/broker/host-guard.ts'
import { parseBrokerOptions } from '../../src/broker/options.ts'

describe('the host guard', () => {
  it('accepts the paper hosts with a paper key', () => {
    const urls = [
      'https://paper-api.alpaca.markets',
      'https://data.alpaca.markets',
      'wss://stream.data.alpaca.markets/v2/iex',
    ]
    expect(() => assertPaperOnly(urls, 'PK123')).not.toThrow()
  })

  it('says that the live host is the live host', () => {
    expect(() => assertPaperOnly(['https://api.alpaca.markets'], 'PK123')).toThrow(/live host.*paper only/)
  })

  it('refuses a live key on the paper host without printing it', () => {
    const refuse = (): void => assertPaperOnly(['https://paper-api.alpaca.markets'], 'AKSECRETKEY')
    expect(refuse).toThrow(/expected a paper key/)
    expect(refuse).not.toThrow(/AKSECRETKEY/)
  })

  it.each(['http://127.0.0.1:4500', 'ws://localhost:4500/stream', 'http://[::1]:1', 'https://127.3.2.1'])(
    'accepts %s with any key but a live one',
    (url) => {
      expect(() => assertPaperOnly([url], 'ANY')).not.toThrow()
      expect(() => assertPaperOnly([url], 'AKANY')).toThrow(/live key/)
    },
  )

  it.each([
    'http://paper-api.alpaca.markets',
    'https://paper-api.alpaca.markets.evil.example',
    'https://evil.example/paper-api.alpaca.markets',
    'https://paper-api.alpaca.markets@evil.example',
    'https://user:pass@paper-api.alpaca.markets',
    'https://paper-api.alpaca.markets:8443',
    'https://broker-api.alpaca.markets',
    'http://10.0.0.1:4500',
    'http://127.0.0.1.evil.example',
    'ftp://127.0.0.1',
    'not a url',
  ])('refuses %s', (url) => {
    expect(() => assertPaperOnly([url], 'PK123')).toThrow(ForbiddenHostError)
    expect(() => guardSocketUrl(url)).toThrow(ForbiddenHostError)
  })

  it('refuses every request to an origin that was not configured, and never sends it', async () => {
    const sent: string[] = []
    const fetch = guardFetch(['http://127.0.0.1:4500'], async (url) => {
      sent.push(url)
      return new Response('{}')
    })
    await fetch('http://127.0.0.1:4500/v2/account', {})
    for (const url of ['https://paper-api.alpaca.markets/v2/orders', 'http://127.0.0.1:4501/v2/orders', '/v2/orders']) {
      await expect(fetch(url, {})).rejects.toThrow(ForbiddenHostError)
    }
    expect(sent).toEqual(['http://127.0.0.1:4500/v2/account'])
  })
})

describe('broker options', () => {
  it('default to the real paper hosts and the free feeds', () => {
    expect(parseBrokerOptions({ keyId: 'PK1', secret: 's' })).toMatchObject({
      tradingUrl: 'https://paper-api.alpaca.markets',
      dataUrl: 'https://data.alpaca.markets',
      tradingStreamUrl: 'wss://paper-api.alpaca.markets/stream',
      stockStreamUrl: 'wss://stream.data.alpaca.markets/v2/iex',
      optionStreamUrl: 'wss://stream.data.alpaca.markets/v1beta1/indicative',
    })
  })

  it('name every setting that is wrong in one error', () => {
    const wrong = { keyId: '', secret: 's', timeout_ms: 1, requestsPerMinute: 0 }
    expect(() => parseBrokerOptions(wrong)).toThrow(/keyId[\s\S]*requestsPerMinute|requestsPerMinute[\s\S]*keyId/)
  })

  it('refuse a live stream host as they refuse a live REST host', () => {
    const live = { keyId: 'PK1', secret: 's', tradingStreamUrl: 'wss://api.alpaca.markets/stream' }
    expect(() => parseBrokerOptions(live)).toThrow(/live host/)
  })
})
