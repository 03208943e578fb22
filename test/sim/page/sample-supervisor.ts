/** A supervisor's control that kills no worker, for the page's button. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SampleSupervisor {
  readonly url: string
  readonly asked: readonly string[]
  /** True: it says that it cannot. */
  refuses: boolean
  close(): Promise<void>
}

export async function startSampleSupervisor(): Promise<SampleSupervisor> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (supervisor.refuses) response.writeHead(409).end(JSON.stringify({ message: 'no worker runs' }))
    else response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const supervisor = {
    url: `http://127.0.0.1:${port}/control`,
    asked,
    refuses: false,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
  return supervisor
}
