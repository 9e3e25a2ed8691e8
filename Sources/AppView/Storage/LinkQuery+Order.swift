package import LexiconIndex

extension LinkQuery {
  /// The order of the records.
  package var order: RecordOrder { RecordOrder(isDescending: !isReversed) }
}

extension LinkedRecord {
  /// The position in the order of a ``LinkQuery``.
  package var position: RecordPosition {
    RecordPosition(value: .instant(sortAt), uri: address.uri)
  }
}

/// A position in a list of pairs: that of the record, and the other target.
package struct PairPosition: Hashable, Sendable {
  package var record: RecordPosition
  package var other: IndexValue

  package init(record: RecordPosition, other: IndexValue) {
    self.record = record
    self.other = other
  }

  /// Reads the values of a position; nil if they are not of a list of pairs.
  package init?(_ values: [IndexValue]) {
    guard values.count == 3, case .text(let uri) = values[1] else { return nil }
    self.init(record: RecordPosition(value: values[0], uri: uri), other: values[2])
  }

  package var values: [IndexValue] {
    [record.value ?? .instant(0), .text(record.uri), other]
  }

  package var pair: LinkPair? {
    guard let address = RecordAddress(record.uri), case .text(let other) = other else { return nil }
    return LinkPair(record: address, other: other)
  }

  package func precedes(_ right: PairPosition, _ order: RecordOrder) -> Bool {
    record == right.record ? other < right.other : order.precedes(record, right.record)
  }
}
