package import Lexicon

extension Suggestion {
  /// `; did you mean 'text'?`, or nothing if no candidate is similar.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String {
    nearest(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }
}
