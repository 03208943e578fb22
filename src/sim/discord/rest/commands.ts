/** Registration of application commands, global and of the guild. */
import type { Scope } from '../commands.ts'
import type { World } from '../world.ts'
import { type Call, created, demandApplication, demandGuild, NO_CONTENT, ok, type Route } from './route.ts'

const WRITES = { limit: 5, window_ms: 20_000 }

function routesOf(scope: Scope): readonly Route[] {
  const base = `/applications/:application${scope === 'guild' ? '/guilds/:guild' : ''}/commands`
  const check = (call: Call): void => {
    demandApplication(call)
    if (scope === 'guild') demandGuild(call)
  }
  const json = (world: World, id: string) => world.commands.json(world.commands.get(scope, id))
  const idOf = (call: Call): string => call.params.command ?? ''
  return [
    {
      method: 'GET',
      path: base,
      run: (call, world) => {
        check(call)
        return ok(world.commands.list(scope).map((command) => world.commands.json(command)))
      },
    },
    {
      method: 'PUT',
      path: base,
      bucket: { name: `commands-put-${scope}`, ...WRITES },
      run: (call, world) => {
        check(call)
        return ok(world.commands.overwrite(scope, call.body).map((command) => world.commands.json(command)))
      },
    },
    {
      method: 'POST',
      path: base,
      bucket: { name: `commands-post-${scope}`, ...WRITES },
      run: (call, world) => {
        check(call)
        const { command, isNew } = world.commands.upsert(scope, call.body)
        return (isNew ? created : ok)(world.commands.json(command))
      },
    },
    {
      method: 'GET',
      path: `${base}/:command`,
      run: (call, world) => {
        check(call)
        return ok(json(world, idOf(call)))
      },
    },
    {
      method: 'PATCH',
      path: `${base}/:command`,
      bucket: { name: `commands-patch-${scope}`, ...WRITES },
      run: (call, world) => {
        check(call)
        return ok(world.commands.json(world.commands.patch(scope, idOf(call), call.body)))
      },
    },
    {
      method: 'DELETE',
      path: `${base}/:command`,
      bucket: { name: `commands-delete-${scope}`, ...WRITES },
      run: (call, world) => {
        check(call)
        world.commands.delete(scope, idOf(call))
        return NO_CONTENT
      },
    },
  ]
}

export const commandRoutes: readonly Route[] = [...routesOf('global'), ...routesOf('guild')]
