/// Splits text into words as a search compares them: sequences of letters, digits, and `_` of the text in
/// NFKC, case-folded.
public enum SearchWords {
  /// The words of a text in order, at most `maximum`.
  public static func words(in text: String, maximum: Int = .max) -> [String] { [] }
}
