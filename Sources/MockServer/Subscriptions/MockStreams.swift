import ATProtoData
import HTTPTypes
import Lexicon
import Synchronization
import XRPC
import XRPCServer

/// The subscriptions: an endless sequence of messages for each, which the clock moves forward.
final class MockStreams: Sendable {
  private let answers: GeneratedAnswers
  private let overrides: Overrides?
  private let rate: Double
  private let events: Int?
  private let start = ContinuousClock.now
  /// The number of the last message that any client has got, by method.
  private let sent = Mutex<[String: Int]>([:])

  init(_ answers: GeneratedAnswers, _ overrides: Overrides?, rate: Double, events: Int?) {
    self.answers = answers
    self.overrides = overrides
    self.rate = rate
    self.events = events
  }

  /// Opens a stream for one client.
  func open(
    _ call: MockCall,
    _ nsid: String,
    _ schema: SubscriptionSchema
  ) throws(XRPCServerError) -> XRPCRoute.Frames {
    let interval = Duration.seconds(1 / rate)
    if let messages = try overrides?.messages(nsid) {
      for message in messages {
        overrides?.check(message, of: schema.message, nsid, answers.catalog)
      }
      return .own(listed(messages, nsid, interval))
    }
    let sequence = MessageSequence(schema.message, answers.catalog)
    let present = max(
      Int(min((ContinuousClock.now - start) / .seconds(1) * rate, 1e12)),
      sent.withLock { $0[nsid] ?? 0 }
    )
    var first = present + 1
    if let cursor = call.parameters["cursor"]?.integer {
      guard cursor <= sequence.number(upTo: present) || cursor <= 0 else {
        guard schema.errors.contains(where: { $0.name.value == "FutureCursor" }) else {
          throw .invalidRequest("cursor: it is in the future")
        }
        throw XRPCServerError(
          status: .badRequest,
          name: "FutureCursor",
          message: "Cursor in the future."
        )
      }
      first = sequence.index(after: cursor)
    }
    let seed = try call.seed().mixed(with: nsid)
    return .own(generated(sequence, from: first, seed, nsid, interval))
  }

  private func generated(
    _ sequence: MessageSequence,
    from first: Int,
    _ seed: UInt64,
    _ nsid: String,
    _ interval: Duration
  ) -> @Sendable () async throws -> [UInt8]? {
    let position = StreamPosition()
    return { [answers, events, self] in
      let done = position.done
      if let events, done >= events { return nil }
      if done > 0 { try await Task.sleep(for: interval) }
      position.advance()
      let index = first + done
      guard let member = sequence.member(at: index),
        var message = answers.message(member, seed: seed.mixed(with: index))
      else { return nil }
      if let number = sequence.number(at: index) { message["seq"] = .integer(number) }
      self.sent.withLock { $0[nsid] = max($0[nsid] ?? 0, index) }
      return Self.frame(message, nsid)
    }
  }

  private func listed(
    _ messages: [DataValue],
    _ nsid: String,
    _ interval: Duration
  ) -> @Sendable () async throws -> [UInt8]? {
    let position = StreamPosition()
    return { [events] in
      let done = position.done
      if let events, done >= events { return nil }
      guard done < messages.count else {
        // The connection stays open until the client or the server closes it.
        while true { try await Task.sleep(for: .seconds(3_600)) }
      }
      if done > 0 { try await Task.sleep(for: interval) }
      position.advance()
      return Self.frame(messages[done], nsid)
    }
  }

  /// Moves the type of a message to the header of its frame.
  static func frame(_ message: DataValue, _ nsid: String) -> [UInt8] {
    var message = message
    let type = message.type ?? nsid
    message["$type"] = nil
    let short = type.hasPrefix(nsid + "#") ? String(type.dropFirst(nsid.count)) : type
    return EventStreamFrame.message(type: short, payload: message.cborBytes()).bytes()
  }
}

/// The number of messages that one client has got.
private final class StreamPosition: Sendable {
  private let count = Atomic(0)

  var done: Int { count.load(ordering: .relaxed) }

  func advance() { count.wrappingAdd(1, ordering: .relaxed) }
}

/// The types of the messages of a subscription, in turn, and which of them have numbers.
struct MessageSequence: Sendable {
  private let members: [Reference]
  /// Whether each member has a `seq`.
  private let isNumbered: [Bool]

  init(_ union: UnionSchema, _ catalog: Catalog) {
    members = union.refs
    isNumbered = union.refs.map { reference in
      guard case .schema(let schema)? = catalog.definition(reference)?.kind,
        case .object(let object) = schema.kind
      else { return false }
      return object.properties.contains { property in
        guard case .integer = property.schema.kind else { return false }
        return property.name.value == "seq"
      }
    }
  }

  private var numberedCount: Int { isNumbered.count { $0 } }

  /// The type of a message; the first message has the index 1.
  func member(at index: Int) -> Reference? {
    members.isEmpty ? nil : members[(index - 1) % members.count]
  }

  /// The `seq` of a message; nil if it has none.
  func number(at index: Int) -> Int? {
    guard !members.isEmpty, isNumbered[(index - 1) % members.count] else { return nil }
    return number(upTo: index)
  }

  /// The last `seq` of the messages up to an index; without numbers, the index.
  func number(upTo index: Int) -> Int {
    guard numberedCount > 0, index > 0 else { return max(index, 0) }
    let (rounds, rest) = index.quotientAndRemainder(dividingBy: members.count)
    return rounds * numberedCount + isNumbered.prefix(rest).count { $0 }
  }

  /// The index of the message behind the one with a `seq`.
  func index(after number: Int) -> Int {
    guard number > 0 else { return 1 }
    guard numberedCount > 0 else { return number + 1 }
    let (rounds, rest) = (number - 1).quotientAndRemainder(dividingBy: numberedCount)
    let positions = isNumbered.indices.filter { isNumbered[$0] }
    return rounds * members.count + positions[rest] + 2
  }
}
