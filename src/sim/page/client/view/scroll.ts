/**
 * Keeps a message list at its end while new messages come, as long as the reader has not scrolled away, and keeps the
 * reader's place when older messages are put in above.
 */
const AT_END_WITHIN_PX = 80

interface Watched {
  element: HTMLElement
  readonly observer: ResizeObserver
  readonly stop: AbortController
  atEnd: boolean
  height: number
}

const lists = new Map<string, Watched>()
const callbacks = new Map<string, (element: Element | undefined) => void>()

/** The same function for the same channel, so that it runs only when the element comes and goes. */
export function keepAtEnd(channelId: string): (element: Element | undefined) => void {
  let callback = callbacks.get(channelId)
  if (!callback) {
    callback = (element) => {
      lists.get(channelId)?.observer.disconnect()
      lists.get(channelId)?.stop.abort()
      lists.delete(channelId)
      if (element instanceof HTMLElement) watch(channelId, element)
    }
    callbacks.set(channelId, callback)
  }
  return callback
}

function watch(channelId: string, element: HTMLElement): void {
  const settle = () => {
    const list = lists.get(channelId)
    if (!list) return
    const grown = element.scrollHeight - list.height
    if (list.atEnd) element.scrollTop = element.scrollHeight
    else if (grown > 0 && element.scrollTop < AT_END_WITHIN_PX) element.scrollTop += grown
    list.height = element.scrollHeight
  }
  const observer = new ResizeObserver(settle)
  const stop = new AbortController()
  lists.set(channelId, { element, observer, stop, atEnd: true, height: element.scrollHeight })
  observer.observe(element)
  if (element.firstElementChild) observer.observe(element.firstElementChild)
  const onScroll = () => {
    const list = lists.get(channelId)
    if (list && list.height === element.scrollHeight) {
      list.atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_WITHIN_PX
    }
  }
  element.addEventListener('scroll', onScroll, { signal: stop.signal })
  settle()
}

export const isAtEnd = (channelId: string): boolean => lists.get(channelId)?.atEnd ?? true

export function scrollToEnd(channelId: string): void {
  const list = lists.get(channelId)
  if (!list) return
  list.atEnd = true
  list.element.scrollTop = list.element.scrollHeight
}
