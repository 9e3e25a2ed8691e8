import ATProtoData
import HTTPTypes
import Synchronization

/// The calls that the server has answered, for tests of clients.
final class CallLog: Sendable {
  /// Older calls are forgotten.
  static let maximumCalls = 10_000
  /// A longer input is left out, so that the log stays small.
  static let maximumInputBytes = 64 << 10

  private let calls = Mutex<[DataValue]>([])

  func append(_ call: MockCall, status: Int) {
    var params: DataValue = [:]
    for (name, value) in call.query {
      switch params[name] {
      case nil: params[name] = .string(value)
      case .array(let values)?: params[name] = .array(values + [.string(value)])
      case let other?: params[name] = .array([other, .string(value)])
      }
    }
    let isShort = call.body.count <= Self.maximumInputBytes
    let entry: DataValue = [
      "method": .string(call.verb.rawValue),
      "nsid": .string(call.nsid),
      "params": params,
      "input": isShort ? call.input ?? (try? DataValue(json: call.body)) ?? .null : .null,
      "status": .integer(status),
      "authorization": call.fields[.authorization].map { .string($0) } ?? .null,
    ]
    calls.withLock { calls in
      if calls.count >= Self.maximumCalls { calls.removeFirst(Self.maximumCalls / 10) }
      calls.append(entry)
    }
  }

  var all: DataValue { .array(calls.withLock { $0 }) }

  func reset() { calls.withLock { $0 = [] } }
}
