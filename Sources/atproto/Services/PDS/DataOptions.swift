import ATProtoData
import ArgumentParser
import Foundation
import PDS

/// Where a PDS stores its data.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The server's data directory; default: $PDS_DATA_DIRECTORY or pds-data.",
      valueName: "directory"
    )
  )
  var data: String?

  @Option(
    help: ArgumentHelp(
      "The directory of blobs; default: $PDS_BLOBSTORE_DISK_LOCATION or in the data directory.",
      valueName: "directory"
    )
  )
  var blobs: String?

  @OptionGroup var output: OutputOptions

  func open() throws -> PDSData {
    let environment = ProcessInfo.processInfo.environment
    return try PDSData(
      dataDirectory: data ?? environment["PDS_DATA_DIRECTORY"] ?? "pds-data",
      blobDirectory: blobs ?? environment["PDS_BLOBSTORE_DISK_LOCATION"]
    )
  }

  func print(_ finding: PDSFinding) {
    output.print(
      [
        "severity": .string(finding.severity.rawValue), "subject": .string(finding.subject),
        "text": .string(finding.text),
      ],
      orText: "\(finding.severity.rawValue): \(finding.subject): \(finding.text)"
    )
  }
}
