import NIOCore
import Synchronization

/// The subscribers of one broadcast whose sockets belong to one event loop.
///
/// However many frames are appended, the loop is scheduled once and then visits all its subscribers:
/// everything appended until then is sent with one flush.
final class BroadcastShard: Sendable {
  /// The frames from a position on, ready to be written.
  struct Batch {
    let start: Int
    let end: Int
    let firstSequence: Int
    let lastSequence: Int
    /// The frames one after the other, as they go over the wire.
    let bytes: ByteBuffer
  }

  private struct Members {
    var handlers: [ObjectIdentifier: EventStreamHandler] = [:]
    var batch: Batch?
  }

  /// Frames are joined up to this many bytes: one write for each subscriber instead of many.
  private static let batchBytes = 64 << 10

  private unowned let broadcast: EventBroadcast
  private let eventLoop: any EventLoop
  private let isScheduled = Atomic(false)
  private let members: NIOLoopBoundBox<Members>

  init(_ broadcast: EventBroadcast, eventLoop: any EventLoop) {
    self.broadcast = broadcast
    self.eventLoop = eventLoop
    members = .makeBoxSendingValue(Members(), eventLoop: eventLoop)
  }

  /// Can be called on any thread.
  func wake() {
    guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    eventLoop.execute { self.drain() }
  }

  private func drain() {
    // Reset first: frames appended from here on schedule the loop again.
    isScheduled.store(false, ordering: .releasing)
    for handler in members.value.handlers.values { handler.drain() }
    // The next frame starts another batch.
    members.value.batch = nil
  }

  func add(_ handler: EventStreamHandler) {
    members.value.handlers[ObjectIdentifier(handler)] = handler
  }

  func remove(_ handler: EventStreamHandler) {
    members.value.handlers[ObjectIdentifier(handler)] = nil
  }

  enum Answer {
    case batch(Batch)
    case nothing
    /// The ring dropped the frame at the position.
    case lost
  }

  /// - Parameter sequence: the last event that was sent to the subscriber; may be ahead of
  ///   `position`.
  func batch(from position: Int, after sequence: Int) -> Answer {
    if let batch = members.value.batch, batch.start == position, batch.firstSequence > sequence {
      return .batch(batch)
    }
    guard var found = broadcast.frames(from: position, maximumBytes: Self.batchBytes) else {
      return .lost
    }
    guard let first = found.first else { return .nothing }
    // The log was ahead of the ring when the subscriber read it, so this frame was already sent.
    if first.sequence <= sequence { found = [first] }
    let batch = Batch(
      start: position,
      end: position + found.count,
      firstSequence: first.sequence,
      lastSequence: found[found.count - 1].sequence,
      bytes: Self.joined(found)
    )
    members.value.batch = batch
    return .batch(batch)
  }

  private static func joined(_ entries: [FrameRing.Entry]) -> ByteBuffer {
    guard entries.count > 1 else { return entries[0].frame }
    let size = entries.reduce(0) { $0 + $1.frame.readableBytes }
    var bytes = ByteBufferAllocator().buffer(capacity: size)
    for entry in entries { bytes.writeImmutableBuffer(entry.frame) }
    return bytes
  }
}
