import ATProtoSyntax
import ArgumentParser
import LexiconSamples

/// A definition, or a part of a method, on the command line.
struct CatalogSubject: ExpressibleByArgument {
  static let help: ArgumentHelp = ArgumentHelp(
    "What the data is.",
    discussion: "NSID, NSID#definition, or a part of a method: NSID/input, NSID/output, "
      + "NSID/parameters, NSID/message.",
    valueName: "nsid"
  )

  let subject: SampleSubject

  init?(argument: String) {
    guard let subject = SampleSubject(argument), (try? NSID(subject.nsid)) != nil else {
      return nil
    }
    self.subject = subject
  }
}
