/// Limits of what one record and one request can cost.
public enum IndexLimits {
  /// The most fields of a collection; the shallow ones are kept.
  public static let fieldsPerCollection = 1_000
  /// The depth of paths into records: names and elements of arrays.
  public static let pathDepth = 16
  /// The longest path, in bytes: the most that `dev.lexgen.index` accepts for a field.
  public static let pathBytes = 512
  /// The most values, links, words, or blobs of one record; those beyond it are not indexed.
  public static let entriesPerRecord = 2_000
  /// The bytes of a value that an index compares; longer strings are only found by their words.
  public static let valueBytes = 1_024
  /// The bytes of a word; a longer one is found by its beginning.
  public static let wordBytes = 256
  /// The depth in which links and blobs are found. Records nest at most 32 levels.
  static let linkDepth = 64
  /// The longest path of a link, in bytes.
  static let linkPathBytes = 2_048
  /// The most values of the operator `in`.
  static let listedValues = 100
  /// The most terms of a search.
  static let searchTerms = 64
}
