import ATProtoData
import ArgumentParser
import PDS

/// Where a server has its data.
struct DataOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The server's data folder.", valueName: "directory"))
  var data = "pds-data"

  @Option(
    help: ArgumentHelp(
      "The folder of blobs; in the data folder by default.",
      valueName: "directory"
    )
  )
  var blobs: String?

  @Flag(help: "One JSON object a line, for programs.")
  var json = false

  func open() throws -> PDSData {
    try PDSData(dataDirectory: data, blobDirectory: blobs)
  }

  func print(_ finding: PDSFinding) {
    guard json else {
      return Console.line(
        "\(finding.severity.rawValue): \(finding.subject): \(finding.text)".withoutControls
      )
    }
    Console.json([
      "severity": .string(finding.severity.rawValue), "subject": .string(finding.subject),
      "text": .string(finding.text),
    ])
  }
}
