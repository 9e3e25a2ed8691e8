/// The ID of a record, which is its place in time:
///
///     43 bits   milliseconds of the sort time, within about 139 years of 1970
///     10 bits   microseconds of the millisecond
///     11 bits   a number among the records with the same sort time
///
/// IDs are in the order of sort times, except among records of the same millisecond: they have one
/// *block* of IDs, and are read together and sorted by time and URI. Records that find no free number
/// for their microsecond take one elsewhere in the block. Strangers choose times of creation, so a block
/// can be full: a record that finds no number in it counts as one of another millisecond.
enum RecordID {
  private static let blockBits: Int64 = 21
  private static let numberBits: Int64 = 11
  private static let maximumMilliseconds: Int64 = 1 << 42 - 2

  /// The number of the block of an ID.
  static func block(of id: Int64) -> Int64 { id >> blockBits }

  /// The IDs of the records with the same millisecond.
  static func block(at time: Int64) -> ClosedRange<Int64> {
    let milliseconds = min(
      max(floorDivide(time, 1_000), -maximumMilliseconds),
      maximumMilliseconds
    )
    return (milliseconds << blockBits)...(milliseconds << blockBits | (1 << blockBits - 1))
  }

  /// The IDs of the records with the same time.
  static func numbers(at time: Int64) -> ClosedRange<Int64> {
    let remainder = time % 1_000
    let microseconds = remainder < 0 ? remainder + 1_000 : remainder
    let first = block(at: time).lowerBound | microseconds << numberBits
    return first...(first | (1 << numberBits - 1))
  }

  /// The time of the block that is a number of milliseconds before that of a time; after it, if there
  /// are no blocks so early.
  static func time(_ milliseconds: Int64, before time: Int64) -> Int64 {
    let block = block(of: block(at: time).lowerBound)
    let earlier = block - milliseconds
    return (earlier < -maximumMilliseconds ? block + milliseconds : earlier) * 1_000
  }

  private static func floorDivide(_ time: Int64, _ divisor: Int64) -> Int64 {
    time >= 0 ? time / divisor : (time + 1) / divisor - 1
  }
}
