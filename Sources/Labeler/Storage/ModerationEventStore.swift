/// The audit trail, within a transaction. Events are never changed or removed.
package protocol ModerationEventStore {
  /// Stores an event under the next number, which is never used again.
  ///
  /// - Returns: the number. ``ModerationEvent/id`` of the argument is ignored.
  func append(_ event: ModerationEvent) throws -> Int

  func event(_ id: Int) throws -> ModerationEvent?

  /// Returns the number of the event of this kind about a subject that a client named so.
  func event(
    about subject: SubjectKey,
    kind: ModerationAction.Kind,
    externalID: String
  ) throws -> Int?

  /// The events that a filter matches, in the order of their numbers.
  ///
  /// - Parameter after: the number of the last event that was examined; nil to begin.
  func page(_ filter: EventFilter, after: Int?) throws -> EventPage
}

/// A part of a list of events.
package struct EventPage: Hashable, Sendable {
  package var events: [ModerationEvent]
  /// Where to go on; nil if all events were examined.
  package var next: Int?

  package init(events: [ModerationEvent], next: Int?) {
    self.events = events
    self.next = next
  }
}
