import { Stack, Token, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * A role per function, for its log group and for `access`. AWS's managed policy would allow writing to every log
 * group of the account.
 */
export function functionRole(scope: Construct, name: string, logGroup: ILogGroup, access: readonly PolicyStatementProps[]): Role {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Permissions of the function ${name}: write its own logs, read the provider keys and invoke the models of its configuration`,
  });
  logGroup.grantWrite(role);
  for (const statement of access) role.addToPolicy(new PolicyStatement(statement));
  acknowledgeWildcards(role, access);
  return role;
}

/** Resources with wildcards: models in every region of a profile, and AWS Marketplace, which has none to name. */
function acknowledgeWildcards(role: Role, access: readonly PolicyStatementProps[]): void {
  const { partition } = Stack.of(role);
  const shown = Token.isUnresolved(partition) ? '<AWS::Partition>' : partition;
  const limited = access.filter(({ conditions }) => conditions !== undefined);
  for (const resource of limited.flatMap(({ resources = [] }) => resources)) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource.replace(partition, shown)}]`,
      reason: 'The condition limits it: to requests through one inference profile, or to those that Bedrock makes.',
    });
  }
}
