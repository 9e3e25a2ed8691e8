public import HTTPTypes
import Synchronization

/// Header fields that a handler adds to its response, `Atproto-Repo-Rev` for instance.
///
/// Shared by the request's copies; the last value set for a name wins.
public final class ResponseHeaders: Sendable {
  private let fields = Mutex(HTTPFields())

  init() {}

  public subscript(name: HTTPField.Name) -> String? {
    get { fields.withLock { $0[name] } }
    set { fields.withLock { $0[name] = newValue } }
  }

  func merge(into other: inout HTTPFields) {
    for field in fields.withLock({ $0 }) {
      other[field.name] = field.value
    }
  }
}
