/// A scalar as an index compares it.
public enum IndexValue: Hashable, Sendable {
  case integer(Int64)
  case boolean(Bool)
  /// Microseconds since the Unix epoch, whatever notation the record uses.
  case instant(Int64)
  /// Compared by code point, which is the order of UTF-8 bytes.
  case text(String)
}

extension IndexValue: Comparable {
  /// Whether one value is before the other. Values of different kinds are ordered by kind.
  public static func < (lhs: Self, rhs: Self) -> Bool {
    switch (lhs, rhs) {
    case (.integer(let left), .integer(let right)): left < right
    case (.instant(let left), .instant(let right)): left < right
    case (.boolean(let left), .boolean(let right)): !left && right
    case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    default: lhs.rank < rhs.rank
    }
  }

  private var rank: Int {
    switch self {
    case .boolean: 0
    case .integer: 1
    case .instant: 2
    case .text: 3
    }
  }
}
