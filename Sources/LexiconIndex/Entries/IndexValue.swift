/// A scalar as an index compares it.
public enum IndexValue: Sendable {
  /// A 64-bit integer.
  case integer(Int64)
  /// `true` or `false`.
  case boolean(Bool)
  /// Microseconds since the Unix epoch, whatever notation the record uses.
  case instant(Int64)
  /// A string or the text of a CID, compared by code point, which is the order of UTF-8 bytes.
  case text(String)
}

// Strings are equal here if their bytes are. Swift's own comparison ignores the difference between
// composed and decomposed characters, which databases do not.
extension IndexValue: Hashable {
  /// Whether both values are of the same kind and equal.
  public static func == (lhs: Self, rhs: Self) -> Bool {
    switch (lhs, rhs) {
    case (.integer(let left), .integer(let right)): left == right
    case (.instant(let left), .instant(let right)): left == right
    case (.boolean(let left), .boolean(let right)): left == right
    case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
    default: false
    }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(rank)
    switch self {
    case .integer(let value), .instant(let value): hasher.combine(value)
    case .boolean(let value): hasher.combine(value)
    // Equal bytes have equal hashes; that equivalent strings do too is harmless.
    case .text(let text): hasher.combine(text)
    }
  }

  /// Whether the other value is of the same kind.
  func isSameKind(as other: IndexValue) -> Bool { rank == other.rank }
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

extension String {
  /// Whether both strings have the same UTF-8 bytes.
  func hasSameBytes(as other: String) -> Bool {
    // Strings that differ under Unicode equivalence differ in bytes, and most equal ones are ASCII.
    self == other && utf8.elementsEqual(other.utf8)
  }
}
