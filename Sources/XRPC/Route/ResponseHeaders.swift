import ATProtoSyntax
public import HTTPTypes
import Synchronization

/// Header fields that a handler adds to its response, such as `Atproto-Repo-Rev`.
///
/// Copies of a request share one object; the last value set for a name wins.
public final class ResponseHeaders: Sendable {
  private struct State {
    var fields = HTTPFields()
    var rateLimit: RateLimitStatus?
  }

  private let state = Mutex(State())

  init() {}

  /// The value of a field; nil if the handler has not set it.
  public subscript(name: HTTPField.Name) -> String? {
    get { state.withLock { $0.fields[name] } }
    set { state.withLock { $0.fields[name] = newValue } }
  }

  func merge(into other: inout HTTPFields) {
    for field in state.withLock({ $0.fields }) {
      other[field.name] = field.value
    }
  }

  /// Keeps the tightest limit that the request counted against.
  package func note(_ status: RateLimitStatus) {
    state.withLock { state in
      if let known = state.rateLimit, !status.isTighter(than: known) { return }
      state.rateLimit = status
    }
  }

  /// Writes the state of rate limits. Unlike a handler's fields, it is also part of error
  /// responses.
  package func writeRateLimit(to fields: inout HTTPFields) {
    guard let status = state.withLock({ $0.rateLimit }) else { return }
    status.write(to: &fields, at: Datetime.Instant.now.seconds)
  }
}
