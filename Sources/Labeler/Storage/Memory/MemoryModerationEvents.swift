struct MemoryModerationEvents: ModerationEventStore {
  let transaction: MemoryLabelerTransaction

  func append(_ event: ModerationEvent) throws -> Int {
    try transaction.changeModeration { state in
      var event = event
      event.id = state.events.count + 1
      state.events.append(event)
      return event.id
    }
  }

  func event(_ id: Int) -> ModerationEvent? {
    let events = transaction.state.moderation.events
    return events.indices.contains(id - 1) ? events[id - 1] : nil
  }

  func event(
    about subject: SubjectKey,
    kind: ModerationAction.Kind,
    externalID: String
  ) -> Int? {
    transaction.state.moderation.events.first { event in
      event.externalID == externalID && event.action.kind == kind && event.subject.key == subject
    }?.id
  }

  func page(_ filter: EventFilter, after: Int?) -> EventPage {
    let events = transaction.state.moderation.events
    let ordered = filter.isAscending ? events : events.reversed()
    var collector = PageCollector<ModerationEvent, Int>(limit: filter.limit)
    for event in ordered where isBehind(event.id, after, filter) {
      let goesOn = collector.examine(at: event.id) { filter.matches(event) ? event : nil }
      guard goesOn else { break }
    }
    return EventPage(events: collector.items, next: collector.next)
  }

  private func isBehind(_ id: Int, _ after: Int?, _ filter: EventFilter) -> Bool {
    guard let after else { return true }
    return filter.isAscending ? id > after : id < after
  }
}
