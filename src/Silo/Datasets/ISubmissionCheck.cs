using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Datasets;

/// <summary>Says everything that is wrong with a spec, its data, its model, or its wish for devices. Changes nothing.</summary>
public interface ISubmissionCheck
{
    Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken = default);
}
