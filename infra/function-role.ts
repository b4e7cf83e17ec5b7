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
  acknowledgeRegions(role, access);
  return role;
}

/** The models behind inference profiles are granted in every region, but only through those profiles. */
function acknowledgeRegions(role: Role, access: readonly PolicyStatementProps[]): void {
  const { partition } = Stack.of(role);
  const shown = Token.isUnresolved(partition) ? '<AWS::Partition>' : partition;
  const throughProfile = access.filter(({ conditions }) => conditions !== undefined);
  for (const resource of throughProfile.flatMap(({ resources = [] }) => resources)) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource.replace(partition, shown)}]`,
      reason: 'AWS adds regions to inference profiles. The condition limits this model to requests through the profile.',
    });
  }
}
