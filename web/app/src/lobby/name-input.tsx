import { TextInput } from '@mantine/core';
import { LIMITS } from 'firesignal';

type NameInputProps = {
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (name: string) => void;
  readonly onDone: () => void;
};

export function NameInput({ value, disabled, onChange, onDone }: NameInputProps) {
  return (
    <TextInput
      label="Your name"
      placeholder="Guest"
      size="md"
      autoComplete="nickname"
      maxLength={LIMITS.NAME_LENGTH_MAX}
      disabled={disabled}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={onDone}
    />
  );
}
