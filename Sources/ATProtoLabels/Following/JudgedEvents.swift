import ComAtprotoAPI

/// Events after their labels have been verified, up to the first that has a label whose verdict is
/// open.
struct JudgedEvents {
  /// The events, with their valid labels.
  private(set) var events: [LabelInbox.Event] = []
  /// Why the other labels of these events are dropped.
  private(set) var rejections: [LabelError] = []
  /// Why there are no further events; nil if all of them are here.
  private(set) var obstacle: LabelError?

  /// - Parameter verdicts: one for each label of the events, in order.
  init(_ events: ArraySlice<LabelInbox.Event>, _ verdicts: [LabelVerdict]) {
    var start = 0
    for event in events {
      let verdicts = verdicts[start..<start + event.labels.count]
      start = verdicts.endIndex
      obstacle = verdicts.lazy.compactMap(\.doubt).first
      if obstacle != nil { return }
      rejections += verdicts.compactMap(\.rejection)
      let valid = zip(event.labels, verdicts).filter { $0.1 == .valid }.map(\.0)
      self.events.append(LabelInbox.Event(sequence: event.sequence, labels: valid))
    }
  }
}

extension LabelVerdict {
  fileprivate var doubt: LabelError? {
    if case .unverified(let error) = self { error } else { nil }
  }

  fileprivate var rejection: LabelError? {
    if case .invalid(let error) = self { error } else { nil }
  }
}
