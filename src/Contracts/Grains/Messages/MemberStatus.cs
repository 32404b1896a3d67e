namespace Sheaf.Contracts.Grains.Messages;

/// <summary>A silo's place in the membership.</summary>
public enum MemberStatus
{
    Joining,
    Active,
    Stopping,
    Dead,
}
