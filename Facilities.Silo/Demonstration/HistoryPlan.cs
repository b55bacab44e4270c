using System.Collections.Immutable;
using static Facilities.Silo.Demonstration.Course;

namespace Facilities.Silo.Demonstration;

/// <summary>
/// The bookings of the history: every status, and for each role something that waits. Days of booking lie on a grid of
/// four, so that what happens on one day shares its commits. Spree Diagnostics never uses its voucher.
/// </summary>
internal static class HistoryPlan
{
    private const string Spree = "spree-diagnostics", Havel = "havel-biologics", Seine = "seine-therapeutics",
        Langhe = "langhe-biotech", Tisza = "tisza-devices", Essonne = "essonne-vectors",
        Llobregat = "llobregat-peptides";

    private const string Sequencing = "genopole-sequencing", Bioproduction = "genopole-bioproduction",
        Cytometry = "genopole-cytometry", Proteomics = "biotop-proteomics", Phase1 = "biotop-phase1",
        Structural = "biocat-structural", Medchem = "biocat-medchem", Preclinical = "biocat-preclinical",
        Imaging = "biopmed-imaging", Devices = "biopmed-devices", Clinical = "gnd-clinical", Testing = "gnd-testing";

    public static readonly ImmutableArray<PlannedBooking> All =
    [
        // Settled long ago.
        new(1, Havel, Imaging, "mri-half-day", -88, -78, Settled, "Tumour volume after first dosing", Option: "report"),
        new(2, Langhe, Imaging, "mri-half-day", -88, -74, Settled, "Baseline scans of the pilot cohort"),
        new(3, Seine, Sequencing, "long-read-run", -88, -76, Settled, "Structural variants of the cell bank",
            Option: "library-prep"),
        new(4, Seine, Cytometry, "analyser-hour", -84, -80, Settled, "Panel validation", "PT2H"),
        new(5, Tisza, Testing, "sterility-test", -84, -77, Settled, "Sterility of the first device batch", Quantity: 3),
        new(6, Spree, Proteomics, "ms-session", -80, -70, Settled, "Peptide map of the capture antibody", "PT4H",
            Option: "digest"),
        new(7, Tisza, Structural, "crystal-screen", -80, -72, Settled, "Coating protein, first screen",
            Option: "extra-plate"),
        new(8, Langhe, Sequencing, "long-read-run", -76, -64, Settled, "Vector integration sites"),
        new(9, Havel, Structural, "nmr-day", -76, -66, Settled, "Fold of the lead candidate"),
        new(10, Seine, Medchem, "chemist-day", -68, -58, Settled, "Synthesis route review"),
        new(11, Tisza, Testing, "stability-month", -68, -58, Settled, "Accelerated ageing, lot A"),
        new(12, Seine, Bioproduction, "purification-day", -64, -50, Settled, "Purification of engineering run 1"),
        new(13, Havel, Phase1, "screening-visit", -60, -42, Settled, "Feasibility of the screening schedule"),

        // Accepted: a claim to decide, an invoice to see paid.
        new(14, Havel, Imaging, "mri-half-day", -48, -38, Accepted, "Tumour volume, week 8", Option: "report"),
        new(15, Langhe, Proteomics, "ms-session", -44, -34, Accepted, "Host cell proteins", "PT3H"),
        new(16, Langhe, Imaging, "pet-ct-session", -48, -30, ClaimApproved, "Biodistribution, first tracer",
            Option: "tracer"),
        new(17, Seine, Cytometry, "sorting", -40, -32, Accepted, "Enrichment of edited cells", "PT3H"),
        new(18, Spree, Preclinical, "study-design", -40, -33, Accepted, "Design of the toxicity study", "PT2H"),
        new(19, Tisza, Clinical, "site-initiation", -44, -26, Accepted, "Opening of the pilot site"),
        new(20, Havel, Imaging, "optical-hour", -36, -30, ClaimRejected, "Reporter expression", "PT3H"),
        new(21, Langhe, Preclinical, "pk-study", -72, -44, Deemed, "Pharmacokinetics of LB-7"),

        // Delivered: the SME accepts.
        new(22, Spree, Devices, "assembly-half-day", -24, -8, Delivered, "Assembly of test cartridges"),
        new(23, Havel, Structural, "crystal-screen", -20, -9, Delivered, "Second crystal form"),
        new(24, Seine, Sequencing, "analysis-day", -16, -7, Delivered, "Variant calling"),
        new(25, Langhe, Imaging, "mri-half-day", -16, -6, Delivered, "Follow-up scans"),
        new(26, Tisza, Testing, "sterility-test", -16, -5, Delivered, "Sterility of batch 2", Quantity: 2),
        new(27, Seine, Structural, "nmr-day", -28, -10, Disputed, "Ligand binding", "P2D"),

        // Confirmed: to be delivered now.
        new(28, Havel, Proteomics, "method-day", -20, -3, Started, "Method transfer"),
        new(29, Spree, Medchem, "chemist-day", -16, -3, Started, "Linker variants"),
        new(30, Tisza, Testing, "stability-month", -40, -15, Started, "Accelerated ageing, lot B"),
        new(31, Langhe, Cytometry, "sorting", -12, -2, Started, "Single cell clones", "PT2H"),
        new(32, Seine, Cytometry, "analyser-hour", -8, -2, Started, "Weekly panel", "PT1H30M"),
        new(33, Seine, Structural, "crystal-screen", -12, -3, Started, "Crystals of the complex"),
        new(34, Langhe, Devices, "bench-day", -8, -3, Started, "Applicator fatigue test"),

        // Confirmed: still to come.
        new(35, Havel, Imaging, "mri-half-day", -12, 9, Confirmed, "Tumour volume, week 20"),
        new(36, Langhe, Imaging, "pet-ct-session", -8, 14, Confirmed, "Biodistribution, second tracer", "PT3H"),
        new(37, Seine, Sequencing, "wgs-run", -8, 12, Confirmed, "Genome of the production line",
            Option: "library-prep"),
        new(38, Spree, Proteomics, "ms-session", -8, 17, Confirmed, "Stability of the conjugate", "PT4H"),
        new(39, Tisza, Clinical, "biobank-month", -8, 5, Confirmed, "Samples of the pilot", Quantity: 5),
        new(40, Havel, Structural, "cryo-em-session", -24, 11, Confirmed, "Complex with the receptor"),
        new(41, Seine, Bioproduction, "bioreactor-campaign", -40, 14, Confirmed, "Engineering run 2"),
        new(42, Langhe, Devices, "assembly-half-day", -4, 13, Confirmed, "Applicator prototypes"),
        new(43, Spree, Imaging, "optical-hour", -4, 6, Moved, "Reporter in tissue", "PT2H"),
        new(44, Havel, Phase1, "ward-bed-day", -40, 24, Confirmed, "Overnight observation, cohort 1", "P3D", 4),

        // Waiting at a gate.
        new(45, Spree, Imaging, "mri-half-day", 0, 16, Held, "Contrast of the new probe", Option: "contrast"),
        new(46, Seine, Cytometry, "sorting", 0, 8, HeldLonger, "Enrichment, second donor"),
        new(47, Havel, Imaging, "pet-ct-session", -1, 19, AwaitingApproval, "Receptor occupancy"),
        new(48, Tisza, Clinical, "site-initiation", 0, 22, AwaitingApproval, "Opening of the second site"),
        new(49, Langhe, Preclinical, "pk-study", -1, 26, AwaitingApproval, "Repeat at the higher dose"),
        new(50, Seine, Bioproduction, "purification-day", -1, 15, AwaitingApproval,
            "Purification of engineering run 2"),
        new(51, Langhe, Phase1, "screening-visit", -1, 30, AwaitingApproval, "Volunteers for the patch study"),
        new(52, Spree, Medchem, "hts-day", -4, 24, AwaitingFacility, "Screen against the reference panel",
            Option: "plate"),
        new(53, Havel, Sequencing, "long-read-run", -2, 13, AwaitingFacility, "Clone verification"),
        new(54, Langhe, Proteomics, "ms-session", -1, 15, AwaitingFacility, "Host cell proteins, lot 2"),
        new(55, Seine, Structural, "cryo-em-session", -3, 21, AwaitingAccount, "Capsid structure"),
        new(56, Tisza, Devices, "bench-day", -1, 10, AwaitingPayment, "Hinge endurance"),
        new(57, Havel, Phase1, "screening-visit", -4, 27, AwaitingPayment, "First volunteers"),
        new(58, Spree, Testing, "sterility-test", -1, 9, AwaitingPayment, "Sterility of the cartridge", Quantity: 2),

        // Ended otherwise.
        new(59, Spree, Devices, "bench-day", -56, -40, CancelledWithFee, "Drop test"),
        new(60, Langhe, Sequencing, "wgs-run", -52, -20, CancelledFree, "Genome of the master cell bank"),
        new(61, Havel, Proteomics, "ms-session", -20, 10, CancelledByFacility, "Quantification", "PT4H"),
        new(62, Seine, Medchem, "chemist-day", -12, 12, Withdrawn, "Scale-up advice"),
        new(63, Tisza, Clinical, "site-initiation", -60, -40, Rejected, "Opening of the site before approval"),
        new(64, Seine, Cytometry, "sorting", -52, -45, HoldLapsed, "Trial of the sorter"),
        new(65, Havel, Structural, "cryo-em-session", -36, -15, ApprovalLapsed, "First grids"),
        new(66, Tisza, Proteomics, "ms-session", -28, -12, SignatureLapsed, "Extractables"),
        new(67, Langhe, Devices, "bench-day", -44, -30, NoShow, "Applicator drop test"),

        // Paid to the company: an advance to decide and one that was paid, a refund to decide and one to come.
        new(68, Essonne, Medchem, "chemist-day", -8, 16, Confirmed, "Lipids for the delivery of vectors"),
        new(69, Essonne, Structural, "nmr-day", -20, -7, Delivered, "Impurities of the lipid"),
        new(70, Llobregat, Proteomics, "ms-session", -44, -36, Accepted, "Identity of the cyclic peptide", "PT3H"),
        new(71, Llobregat, Devices, "bench-day", -16, -7, Delivered, "Needle force of the pen"),
    ];
}
