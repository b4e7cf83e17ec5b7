import { CfnOutput } from 'aws-cdk-lib';
import { Certificate, CfnCertificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';

type Domain = NonNullable<StackConfig['domain']>;

/** The hosted zone of CloudFront itself, the same in every account. */
const cloudFrontZone = 'Z2FDTNDATAQYW2';

/** The given certificate, or one that CloudFormation requests and validates through the hosted zone. */
export function certificateOf(scope: Construct, { name, certificateArn, hostedZone }: Domain): ICertificate {
  if (certificateArn !== undefined) return Certificate.fromCertificateArn(scope, 'Certificate', certificateArn);
  const { ref } = new CfnCertificate(scope, 'Certificate', {
    domainName: name,
    validationMethod: 'DNS',
    ...(hostedZone !== undefined && { domainValidationOptions: [{ domainName: name, hostedZoneId: hostedZone }] }),
  });
  return Certificate.fromCertificateArn(scope, 'CertificateOfStack', ref);
}

/** Points the name to the distribution. Without a hosted zone, an output says which record to create. */
export function addRecords(scope: Construct, { name, hostedZone }: Domain, target: string): void {
  if (hostedZone === undefined) {
    new CfnOutput(scope, 'DnsRecord', {
      value: `${name} CNAME ${target}`,
      description: 'Create this record where the DNS of the domain is',
    });
    return;
  }
  for (const type of ['A', 'AAAA']) {
    new CfnRecordSet(scope, `Record${type}`, {
      hostedZoneId: hostedZone,
      name,
      type,
      aliasTarget: { dnsName: target, hostedZoneId: cloudFrontZone },
    });
  }
}
