import ATProtoSyntax
public import Lexicon

/// The result of comparing a folder with its manifest, without the network.
public struct LexiconVerification: Sendable {
  /// The number of documents in the manifest.
  public let documents: Int
  /// What differs, sorted by NSID.
  public let problems: [LockProblem]
  /// Warnings, which do not make the verification fail.
  public let warnings: [String]

  /// Whether each document of the manifest is there, unchanged, and the manifest has exactly the
  /// documents that are needed.
  public var isValid: Bool { problems.isEmpty }
}

extension LexiconFolder {
  /// Compares the folder with its manifest.
  ///
  /// - Throws: ``LexiconError/Code/notInstalled`` if there is no manifest;
  ///   ``LexiconError/Code/pathRefused`` if a link is on the way to a file.
  public func verify() throws(LexiconError) -> LexiconVerification {
    guard let read = try manifest() else {
      throw LexiconError(.notInstalled, "cannot find \(manifestPath)")
    }
    let manifest = read.manifest
    var failure: LexiconError?
    let problems = LockCheck.problems(manifest) { nsid in
      do throws(LexiconError) {
        return try contents(of: nsid)
      } catch {
        failure = failure ?? error
        return nil
      }
    }
    if let failure { throw failure }
    return LexiconVerification(
      documents: manifest.resolutions.count,
      problems: problems,
      warnings: warnings(of: read, isWritten: false)
    )
  }
}
