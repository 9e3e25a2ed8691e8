import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconResolution

struct LexiconVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check installed schemas against lexicons.json, without the network.",
    discussion: """
      Each schema must have the CID in lexicons.json, which must list exactly the schemas that are \
      needed. Problems are missing, modified, stripped (only $type is missing), unlisted, and \
      superfluous. The exit status is 1 if there are any. With --json: {"ok", "documents", \
      "problems"}; each problem is {"nsid", "problem"}.
      """
  )

  @OptionGroup var folder: LexiconFolderOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let folder = folder.folder
    let verification = try folder.verify()
    for warning in verification.warnings { output.warn(warning) }
    if output.json {
      Console.json([
        "ok": .boolean(verification.isValid),
        "documents": .integer(verification.documents),
        "problems": .array(
          verification.problems.map { problem in
            ["nsid": .string(problem.nsid.string), "problem": .string(problem.kind.rawValue)]
          }
        ),
      ])
    } else {
      for problem in verification.problems { Console.line(Self.text(problem).withoutControls) }
      let count = verification.documents
      if verification.isValid {
        Console.line(count == 1 ? "1 schema verified" : "\(count) schemas verified")
      }
    }
    guard verification.isValid else { throw ExitCode.failure }
  }

  private static func text(_ problem: LockProblem) -> String {
    let referrer = problem.referrer.map { ", which \($0) refers to," } ?? ""
    let nsid = problem.nsid
    return switch problem.kind {
    case .missing: "missing: \(nsid) has no file"
    case .modified: "modified: \(nsid) does not have the CID in the manifest"
    case .stripped: "stripped: \(nsid) lacks $type, so that it does not have its CID"
    case .unlisted: "unlisted: \(nsid)\(referrer) is not in the manifest"
    case .superfluous: "superfluous: \(nsid) is in the manifest, and nothing refers to it"
    }
  }
}
