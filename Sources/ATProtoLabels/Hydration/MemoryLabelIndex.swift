public import ATProtoSyntax
public import ComAtprotoAPI
import Synchronization

/// Keeps labels in memory, for tests and for services that replay them at every start.
public final class MemoryLabelIndex: LabelIndex {
  private struct State {
    /// By subject and source.
    var states: [String: [DID: [LabelKey: LabelState]]] = [:]
    var cursors: [DID: Int] = [:]
  }

  private let state = Mutex(State())

  /// Creates an empty index.
  public init() {}

  public func labels(
    on subjects: [String],
    from sources: [DID]
  ) -> [ComAtproto.Label.Defs.Label] {
    state.withLock { state in
      Set(subjects).flatMap { subject in
        sources.flatMap { source in
          state.states[subject]?[source]?.values.flatMap(\.labels) ?? []
        }
      }
    }
  }

  public func apply(
    _ labels: [ComAtproto.Label.Defs.Label],
    from source: DID,
    cursor: Int
  ) {
    state.withLock { state in
      for label in labels {
        guard let key = LabelKey(label), key.source == source else { continue }
        state.states[key.subject, default: [:]][source, default: [:]].apply(label, key)
      }
      state.cursors[source] = cursor
    }
  }

  public func cursor(of source: DID) -> Int? {
    state.withLock { $0.cursors[source] }
  }

  public func removeLabels(of source: DID) {
    state.withLock { state in
      state.cursors[source] = nil
      for subject in state.states.keys {
        state.states[subject]?[source] = nil
        if state.states[subject]?.isEmpty == true { state.states[subject] = nil }
      }
    }
  }
}

extension [LabelKey: LabelState] {
  fileprivate mutating func apply(_ label: Label, _ key: LabelKey) {
    // A subject that is full can still be taken down.
    guard
      self[key] != nil || count < LabelIndexLimits.valuesPerSubject
        || LabelValue.redacting.contains(key.value)
    else { return }
    self[key, default: LabelState()].apply(label)
  }
}
